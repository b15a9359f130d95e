import type { IncomingMessage } from 'node:http';
import type { CallProtocol } from '../call-journal.js';
import { SERVICES, restPath, soapPath, type Service } from '../operations/table.js';
import type { SandboxParts, ServedInstitution } from '../sandbox-parts.js';
import { issueToken } from './access-token.js';
import { emptyAnswer, jsonAnswer, sendAnswer, textAnswer, type Answer } from './answer.js';
import { readBody } from './request-body.js';
import { readRestCall } from './rest.js';
import { correlationIdOf, LIMIT_STATUS, serveCall, tellTime, type Exchange } from './serve-call.js';
import { readSoapCall } from './soap.js';
import { readWsdl } from './wsdl.js';

/** Everything below `/<institution>`: SOAP endpoints, WSDLs, REST-RPC methods and the token endpoint. */
export async function serveInstitution(
  parts: SandboxParts,
  institution: ServedInstitution,
  path: string,
  exchange: Exchange,
): Promise<void> {
  const { request, response } = exchange;
  tellTime(parts, response);
  const soapService = SERVICES.find((service) => soapPath(service) === path);
  const isWsdl = soapService && request.method === 'GET' && /\?wsdl$/i.test(request.url ?? '');
  if (isWsdl) return serveWsdl(parts, institution, soapService, exchange);
  const rest = REST_METHOD.exec(path);
  const restService = SERVICES.find((service) => restPath(service) === rest?.[1]);
  const isToken = TOKEN_PATH.test(path);
  if (!soapService && !restService && !isToken) {
    return answerPlainly(exchange, textAnswer(404, 'text/html', '<html>Not Found</html>'));
  }
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    return answerPlainly(exchange, emptyAnswer(405));
  }
  const body = await readBody(request);
  if (!body) {
    response.setHeader('connection', 'close');
    return answerPlainly(exchange, textAnswer(413, 'text/plain', 'The request is too large'));
  }
  if (isToken) return serveToken(parts, institution, body, exchange);
  const inbound = soapService
    ? readSoapCall(soapService, institution.code, body)
    : readRestCall(restService!, institution.code, {
        method: rest?.[2] ?? '',
        authorization: request.headers.authorization,
        body,
      });
  return serveCall(parts, institution, inbound, exchange);
}

const REST_METHOD = /^(\/\w+\/backend-apis\/\w+\/v\d+_\d+)\/(\w+)$/;
const TOKEN_PATH = /^\/(tnai|tnco)\/backend-apis\/v1\/auth$/;

/** Anonymous, and a call like any other for the limit. */
async function serveWsdl(
  parts: SandboxParts,
  institution: ServedInstitution,
  service: Service,
  exchange: Exchange,
): Promise<void> {
  const address = `http://${hostOf(exchange.request)}/${institution.code}${soapPath(service)}`;
  await answerCounted(parts, institution, exchange, {
    protocol: 'wsdl',
    service: service.name,
    method: 'wsdl',
    requestBytes: 0,
    answer: async () => textAnswer(200, 'text/xml', await readWsdl(service, address)),
  });
}

async function serveToken(
  parts: SandboxParts,
  institution: ServedInstitution,
  body: Buffer,
  exchange: Exchange,
): Promise<void> {
  await answerCounted(parts, institution, exchange, {
    protocol: 'token',
    service: '',
    method: 'auth',
    requestBytes: body.length,
    answer: async () => {
      const { operator, partner, secret } = readMembers(body);
      const token = await issueToken(institution.code, { operator, partner, secret });
      return token === null ? textAnswer(401, 'text/plain', 'Unauthorized') : jsonAnswer(200, { token });
    },
  });
}

interface CountedCall {
  readonly protocol: CallProtocol;
  readonly service: string;
  readonly method: string;
  readonly requestBytes: number;
  readonly answer: () => Promise<Answer>;
}

/** A call that is no operation: it counts and is journaled, but no fault script is about it. */
async function answerCounted(
  { clock, journal, limits }: SandboxParts,
  { code }: ServedInstitution,
  { request, response }: Exchange,
  { answer, ...counted }: CountedCall,
): Promise<void> {
  const at = clock.now();
  const correlationId = correlationIdOf(request);
  const call = journal.open({ ...counted, at, institution: code, correlationId });
  const answered = limits.takeCall(code, at) ? await answer() : emptyAnswer(LIMIT_STATUS);
  call.httpStatus = answered.status;
  call.responseBytes = await sendAnswer(request, response, answered);
}

/** The members of a JSON object; none when it is something else. */
function readMembers(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function hostOf({ headers, socket }: IncomingMessage): string {
  return headers.host ?? `${socket.localAddress}:${socket.localPort}`;
}

async function answerPlainly({ request, response }: Exchange, answer: Answer): Promise<void> {
  await sendAnswer(request, response, answer);
}
