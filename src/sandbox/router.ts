import { CONTROL_PREFIX, CONTROL_ROUTES, serveControl } from './control/control.js';
import { SERVICES, soapPath } from './operations/table.js';
import { jsonAnswer, sendAnswer, textAnswer, type Answer } from './protocol/answer.js';
import { operatorOf } from './protocol/credentials.js';
import { serveInstitution } from './protocol/routes.js';
import type { Exchange } from './protocol/serve-call.js';
import type { SandboxParts } from './sandbox-parts.js';

/** Whatever arrives is answered: by an institution, by the control endpoint, or by the index page. */
export function route(parts: SandboxParts, exchange: Exchange): void {
  dispatch(parts, exchange).catch((error: unknown) => failPlainly(parts, exchange, error));
}

async function dispatch(parts: SandboxParts, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const path = (request.url ?? '/').split('?', 1)[0]!;
  const send = async (answer: Answer): Promise<void> => void (await sendAnswer(request, response, answer));
  if (path === '/') return send(jsonAnswer(200, index(parts)));
  if (parts.hasControl && path.startsWith(CONTROL_PREFIX)) return send(await serveControl(parts, request));
  const [, code = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(path) ?? [];
  const institution = parts.institutions.get(code);
  if (!institution) return send(textAnswer(404, 'text/html', '<html>Not Found</html>'));
  return serveInstitution(parts, institution, rest, exchange);
}

/** What can be asked here, for a person who opens the address. */
function index({ institutions, hasControl }: SandboxParts): object {
  return {
    institutions: [...institutions.keys()].map((code) => ({
      code,
      operator: operatorOf(code),
      services: Object.fromEntries(SERVICES.map((service) => [service.name, `/${code}${soapPath(service)}`])),
      wsdl: SERVICES.map((service) => `/${code}${soapPath(service)}?wsdl`),
      token: `/${code}/tnai/backend-apis/v1/auth`,
    })),
    control: hasControl ? CONTROL_ROUTES.map((name) => CONTROL_PREFIX + name) : [],
  };
}

/** A caller who hung up, or the end of the sandbox, is no failure; the rest is ours, and said to be. */
function failPlainly({ stopping }: SandboxParts, { response }: Exchange, error: unknown): void {
  if (response.destroyed || response.headersSent || stopping.aborted) return void response.destroy();
  const reason = error instanceof Error ? error.message : String(error);
  response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`Sandbox: ${reason}`);
}
