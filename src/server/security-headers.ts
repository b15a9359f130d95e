import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** For answers that no browser is meant to show. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Headers of every answer. HSTS belongs to whoever ends TLS in front of the gateway. */
export async function setSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'content-security-policy': DATA_POLICY, 'cache-control': 'no-store' });
  });
}

/** A page without scripts; its one style sheet is inline and named by its hash. */
export function allowStylesOnly(reply: FastifyReply, styleHash: string): void {
  reply.header(
    'content-security-policy',
    `default-src 'none'; style-src '${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
}

/** A document that the browser's own viewer shows: Chromium embeds it as an object, Firefox styles its page inline. */
export function allowPdf(reply: FastifyReply): void {
  reply.header(
    'content-security-policy',
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
}

/**
 * GraphiQL: everything from here, workers for its editor, `<style>` elements that its own script makes (`nonce`), and
 * `style` attributes: the editor writes its lines as HTML, each with its place in one. `host` is where the browser asked:
 * the socket's origin has to be written out, as not every browser counts `ws:` to 'self'.
 */
export function allowGraphiql(
  reply: FastifyReply,
  { host, nonce }: { readonly host: string; readonly nonce: string },
): void {
  const sockets = /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : '';
  reply.header(
    'content-security-policy',
    [
      "default-src 'self'",
      "style-src 'self'",
      `style-src-elem 'self' 'nonce-${nonce}'`,
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self' data:",
      "worker-src 'self' blob:",
      `connect-src 'self'${sockets}`,
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  );
}
