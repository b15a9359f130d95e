import type { onRequestAsyncHookHandler } from 'fastify';
import type { Authenticator } from '../auth/authenticator.js';
import { GatewayError } from '../errors.js';
import { refuseForRate, type CallerRates } from './caller-rates.js';
import { errorBody } from './http-errors.js';

/**
 * For pages, which browsers ask for without headers of ours: Basic, with the credential as the password and any name.
 * What a browser then remembers opens pages only: `/graphql` takes no Basic, so no other site can use it there.
 */
export function operatorsOnly(
  authenticate: Authenticator,
  rates: Pick<CallerRates, 'refusalOfFailure'>,
): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const password = passwordIn(request.headers.authorization);
    try {
      const caller = password === null ? null : await authenticate({ apiKey: password });
      if (caller?.scopes.has('operator') === true) return;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const refusal = await rates.refusalOfFailure(request.raw, {
        error,
        given: { apiKey: password },
        transport: 'HTTP',
      });
      if (refusal !== null) return refuseForRate(reply, refusal);
    }
    const message =
      'This page is for operators: the password is a key with the scope operator, the name is yours';
    return reply
      .code(401)
      .header('www-authenticate', 'Basic realm="Foyer, for operators", charset="UTF-8"')
      .send(errorBody('UNAUTHENTICATED', message, { correlationId: request.id }));
  };
}

function passwordIn(authorization: string | undefined): string | null {
  const [, encoded] = /^Basic +([\w+/=-]{1,12000})$/i.exec(authorization ?? '') ?? [];
  const pair = Buffer.from(encoded ?? '', 'base64').toString('utf8');
  const password = pair.slice(pair.indexOf(':') + 1);
  return pair.includes(':') && password !== '' ? password : null;
}
