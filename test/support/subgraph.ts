import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { graphql, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { makeExecutableSchema } from './executable-schema.js';

type Resolver = GraphQLFieldResolver<Record<string, unknown>, unknown, Record<string, unknown>>;

export interface TestSubgraphOptions {
  /** Without `_entities` and `_service`. */
  readonly sdl: string;
  readonly resolvers?: Readonly<Record<string, Readonly<Record<string, Resolver>>>>;
  /** One representation -> the entity; null: there is none. */
  readonly entity?: (representation: Readonly<Record<string, unknown>>) => unknown;
  /** 0 picks one. */
  readonly port?: number;
}

/** What a subgraph was asked. */
export interface SubgraphCall {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
}

/** A partner's subgraph, written for a test: it can change its schema, be slow, answer nonsense, die and come back. */
export interface TestSubgraph extends AsyncDisposable {
  readonly url: string;
  /** Without questions for its schema. */
  readonly calls: readonly SubgraphCall[];
  clearCalls(): void;
  /** Another schema from now on. */
  change(options: Pick<TestSubgraphOptions, 'sdl' | 'resolvers' | 'entity'>): void;
  /** Questions about data are answered with this HTTP status, and no schema of theirs. Null: as usual. */
  failWith(answer: { readonly status: number; readonly body: string } | null): void;
  /** Questions about data wait for it. */
  holdUntil(released: Promise<void>): void;
  /** Closes the port and every connection. */
  die(): Promise<void>;
  comeBack(): Promise<void>;
}

export async function startSubgraph(options: TestSubgraphOptions): Promise<TestSubgraph> {
  let current = schemaOf(options);
  let failure: { status: number; body: string } | null = null;
  let held: Promise<void> = Promise.resolve();
  const calls: SubgraphCall[] = [];
  const answer = async (call: SubgraphCall): Promise<{ status: number; body: string }> => {
    const isAboutSchema = call.query.includes('_service');
    if (!isAboutSchema) {
      calls.push(call);
      await held;
      if (failure !== null) return failure;
    }
    const result = await graphql({
      schema: current,
      source: call.query,
      variableValues: call.variables,
      contextValue: {},
    });
    return { status: 200, body: JSON.stringify(result) };
  };
  let server = await listen(answer, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    calls,
    clearCalls: () => void calls.splice(0),
    change: (next) => void (current = schemaOf(next)),
    failWith: (next) => void (failure = next),
    holdUntil: (released) => void (held = released),
    die: close,
    comeBack: async () => void (server = await listen(answer, port)),
    [Symbol.asyncDispose]: close,
  };
}

async function listen(
  answer: (call: SubgraphCall) => Promise<{ readonly status: number; readonly body: string }>,
  port: number,
): Promise<Server> {
  const server = createServer((request, response) => void serve(request, response)).listen(port, '127.0.0.1');
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as SubgraphCall;
    const { status, body } = await answer({ query, variables, headers: request.headers });
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
  await once(server, 'listening');
  return server;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external"])`;

function schemaOf({ sdl, resolvers = {}, entity }: TestSubgraphOptions): GraphQLSchema {
  const text = `${LINK}\n${sdl}`;
  const entities = [...sdl.matchAll(/type (\w+) @key/g)].map(([, name]) => name);
  const union = entities.length === 0 ? '' : `union _Entity = ${entities.join(' | ')}`;
  const machinery = `${union}
    scalar _Any
    type _Service { sdl: String! }
    extend type Query { _service: _Service! ${union === '' ? '' : '_entities(representations: [_Any!]!): [_Entity]!'} }`;
  return makeExecutableSchema(`${text}\n${machinery}`, {
    ...resolvers,
    Query: {
      ...resolvers['Query'],
      _service: () => ({ sdl: text }),
      _entities: (_root, { representations }) =>
        (representations as Record<string, unknown>[]).map(
          (representation) => entity?.(representation) ?? null,
        ),
    },
  });
}
