import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildASTSchema, graphql, parse, type GraphQLSchema } from 'graphql';
import { Reviews } from './reviews.js';

export interface ReviewsServer extends AsyncDisposable {
  readonly url: string;
  readonly reviews: Reviews;
  /** Questions answered so far. */
  readonly questions: () => number;
}

const SDL = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');

/** What every subgraph has; a framework would add it. */
const MACHINERY = `
  type _Service { sdl: String! }
  scalar _Any
  union _Entity = Performance`;
const MACHINERY_FIELDS = '_service: _Service! _entities(representations: [_Any!]!): [_Entity]!';

/** The subgraph on a port; 0 picks one. */
export async function startReviews(port: number): Promise<ReviewsServer> {
  const reviews = new Reviews();
  const schema = schemaOf();
  const rootValue = {
    _service: { sdl: SDL },
    _entities: ({ representations }: { representations: readonly { id: string }[] }) =>
      representations.map(({ id }) => reviews.performance(id)),
    latestReviews: ({ first }: { first: number }) => reviews.latest(first),
    writeReview: (review: { performanceId: string; stars: number; text?: string | null }) =>
      reviews.write(review.performanceId, review.stars, review.text ?? null),
  };
  let questions = 0;
  const server = createServer((request, response) => {
    questions += 1;
    readQuestion(request)
      .then(({ query, variables }) =>
        graphql({ schema, source: query, variableValues: variables ?? null, rootValue }),
      )
      .then((answer) => response.writeHead(200, JSON_HEADERS).end(JSON.stringify(answer)))
      .catch(() =>
        response.writeHead(400, JSON_HEADERS).end('{"errors":[{"message":"no GraphQL request"}]}'),
      );
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    reviews,
    questions: () => questions,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const JSON_HEADERS = { 'content-type': 'application/json' };

interface Question {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null;
}

async function readQuestion(request: IncomingMessage): Promise<Question> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Question;
}

/** Without `extend schema`, which is for composition, as are the directives that nothing here defines. */
function schemaOf(): GraphQLSchema {
  const own = SDL.replace(/^extend schema.*$/m, '').replace(
    'type Query {',
    `type Query { ${MACHINERY_FIELDS}`,
  );
  return buildASTSchema(parse(own + MACHINERY), { assumeValidSDL: true });
}
