import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Logger } from 'pino';
import { errorBody } from './http-errors.js';
import { allowGraphiql } from './security-headers.js';

export interface GraphiqlOptions {
  /** Folder of the built page. */
  readonly dir: string | URL;
  /** Before the page, which is of no use to others; its scripts are anybody's. */
  readonly guard: onRequestAsyncHookHandler | null;
  /** Whether the page has a field for a credential. */
  readonly asksWhoAsks: boolean;
  readonly log: Logger;
}

/** Serves the built page at `/graphiql`, with and without a slash at the end; it finds `/graphql` beside itself. */
export async function serveGraphiql(
  app: FastifyInstance,
  { dir, guard, asksWhoAsks, log }: GraphiqlOptions,
): Promise<void> {
  const folder = typeof dir === 'string' ? dir : fileURLToPath(dir);
  const route = guard === null ? {} : { onRequest: guard };
  const built = await readFile(join(folder, 'index.html'), 'utf8').catch(() => null);
  if (built === null) {
    log.warn('GraphiQL is not built, /graphiql answers 404: run `npm run build:graphiql`');
    app.get('/graphiql', route, (_request, reply) =>
      reply.code(404).send(errorBody('NOT_FOUND', 'GraphiQL is not built: run `npm run build:graphiql`')),
    );
    return;
  }
  const page = asksWhoAsks ? built.replace('data-access="open"', 'data-access="guarded"') : built;
  // The page names its files relative to itself, which without the slash is one level higher.
  const pageWithoutSlash = page.replaceAll('"./', '"./graphiql/');
  app.get('/graphiql', route, (request, reply) => sendPage(request, reply, pageWithoutSlash));
  app.get('/graphiql/', route, (request, reply) => sendPage(request, reply, page));
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/graphiql/assets/',
    index: false,
    decorateReply: false,
    cacheControl: false,
    setHeaders: (response) => {
      // Their names change with their content.
      response.setHeader('cache-control', 'public, max-age=31536000, immutable');
    },
  });
}

function sendPage(request: FastifyRequest, reply: FastifyReply, page: string): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  allowGraphiql(reply, { host: request.headers.host ?? '', nonce });
  return reply.type('text/html; charset=utf-8').send(page.replaceAll('FOYER_NONCE', nonce));
}
