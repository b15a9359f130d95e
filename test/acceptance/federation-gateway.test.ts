import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import { eventually } from '../support/eventually.js';
import { failureOf } from '../support/failure.js';
import { startTestGateway, temporaryFolder, type TestGateway } from '../support/gateway.js';
import { query, queryData, subscribe } from '../support/graphql-client.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';
import { startSubgraph, type TestSubgraph, type TestSubgraphOptions } from '../support/subgraph.js';

const REVIEWS: TestSubgraphOptions = {
  sdl: `
    type Query { latestReviews: [Review!]! }
    type Mutation { writeReview(performanceId: ID!, stars: Int!): Review! }
    type Review { id: ID! stars: Int! performance: Performance! }
    type Performance @key(fields: "id") { id: ID! reviews: [Review!]! }`,
  entity: ({ id }) => ({ __typename: 'Performance', id, reviews: [review(`r-${String(id)}`, String(id))] }),
  resolvers: {
    Query: { latestReviews: () => [review('r1', 'small:301'), review('r2', 'small:302')] },
    Mutation: {
      writeReview: (_root, { performanceId, stars }) => ({
        ...review('new', String(performanceId)),
        stars: Number(stars),
      }),
    },
  },
};

const CONTENT: TestSubgraphOptions = {
  sdl: `
    type Query { page(path: String!): Page }
    type Page { title: String! about: Performance }
    type Product @key(fields: "id") { id: ID! teaser: String }
    type Performance @key(fields: "id", resolvable: false) { id: ID! }`,
  entity: ({ __typename, id }) => ({ __typename, id, teaser: `All about ${String(id)}` }),
  resolvers: {
    Query: {
      page: (_root, { path }) => ({
        title: 'Tonight',
        about: { id: path === '/gone' ? 'small:999' : 'small:302' },
      }),
    },
  },
};

function review(id: string, performanceId: string) {
  return {
    __typename: 'Review',
    id,
    stars: 4,
    performance: { __typename: 'Performance', id: performanceId },
  };
}

interface House extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly sandbox: TestSandbox;
  readonly reviews: TestSubgraph;
  readonly content: TestSubgraph;
  readonly logLines: readonly string[];
}

interface HouseOptions {
  readonly reviews?: TestSubgraph;
  readonly env?: Readonly<Record<string, string>>;
  readonly cacheDir?: string;
}

async function startHouse(options: HouseOptions = {}): Promise<House> {
  const sandbox = await startTestSandbox({ world: smallWorld() });
  const reviews = options.reviews ?? (await startSubgraph(REVIEWS));
  const content = await startSubgraph(CONTENT);
  const logLines: string[] = [];
  const gateway = await startTestGateway({
    institutions: sandbox.institutions,
    env: {
      SUBGRAPHS: `reviews=${reviews.url},content=${content.url}`,
      SUBGRAPH_POLL_MS: '50',
      SUBGRAPH_DEADLINE_MS: '1000',
      ...options.env,
    },
    log: pino(
      { level: 'info' },
      {
        write: (line) => void logLines.push(line),
      },
    ),
    ...(options.cacheDir === undefined ? {} : { cacheDir: options.cacheDir }),
  });
  return {
    gateway,
    sandbox,
    reviews,
    content,
    logLines,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await Promise.all([reviews, content].map((subgraph) => subgraph[Symbol.asyncDispose]()));
      await sandbox.stop();
    },
  };
}

const COLORS = '{ performances { nodes { availability { color } } } }';
const LIST = '{ performances { nodes { id name reviews { stars } product { teaser } } } }';

describe('the supergraph', () => {
  it('answers what is ours alone as if nobody else were there, and says how long to keep it', async () => {
    await using house = await startHouse();
    // Not while the catalog is due to be loaded again.
    await eventually('how long to keep it', async () => {
      const ours = await query(house.gateway.url, '{ products { nodes { name } } }');
      expect(ours.errors).toBeUndefined();
      return /^max-age=\d+, public$/.exec(ours.headers.get('cache-control') ?? '');
    });
    const joined = await query(house.gateway.url, LIST);
    expect(joined.headers.get('cache-control')).toBe('no-store');
    // Its types are the supergraph's all the same.
    const { __type: type } = await queryData<{ __type: { fields: { name: string }[] } }, object>(
      house.gateway.url,
      '{ __type(name: "Performance") { fields { name } } }',
    );
    expect(type.fields.map(({ name }) => name)).toContain('reviews');
  });

  it('joins what a partner knows of our entities to a list of ours, with one question to each subgraph', async () => {
    await using house = await startHouse();
    const data = await queryData(house.gateway.url, LIST);
    expect(data).toMatchObject({
      performances: {
        nodes: ['small:301', 'small:302'].map((id) => ({
          id,
          reviews: [{ stars: 4 }],
          product: { teaser: 'All about small:201' },
        })),
      },
    });
    expect(house.reviews.calls.map(({ variables }) => variables)).toEqual([
      {
        representations: [
          { __typename: 'Performance', id: 'small:301' },
          { __typename: 'Performance', id: 'small:302' },
        ],
      },
    ]);
    expect(house.content.calls).toHaveLength(1);
  });

  it("joins what we know to a partner's list, in this process, with at most one call to S-360 for each method", async () => {
    await using house = await startHouse();
    const data = await queryData(
      house.gateway.url,
      `{ latestReviews { stars performance { name startsAt availability { color } } }
         page(path: "/") { title about { id name product { id } } } }`,
      {},
      { 'x-request-id': 'joined' },
    );
    expect(data).toMatchObject({
      latestReviews: [
        { stars: 4, performance: { name: expect.any(String) as string, availability: { color: 'GREEN' } } },
        { performance: { startsAt: expect.stringMatching(/^\d{4}-.*[+-]\d\d:\d\d$/) as string } },
      ],
      page: { title: 'Tonight', about: { id: 'small:302', product: { id: 'small:201' } } },
    });
    expect(house.reviews.calls).toHaveLength(1);
    expect(house.content.calls).toHaveLength(1);
    const methods = (await house.sandbox.journal())
      .filter(({ correlationId }) => correlationId === 'joined')
      .map(({ method }) => method);
    expect(methods).toEqual([...new Set(methods)]);
  });

  it('says so where a partner refers to what is not in our graph any more', async () => {
    await using house = await startHouse();
    const { data, errors } = await query(
      house.gateway.url,
      '{ page(path: "/gone") { title about { id name } } performances { nodes { id } } }',
    );
    expect(data).toMatchObject({
      page: { title: 'Tonight', about: null },
      performances: { nodes: [{}, {}] },
    });
    expect(errors).toMatchObject([{ path: ['page', 'about', 'name'], extensions: { code: 'NOT_FOUND' } }]);
  });

  it('is what introspection shows, without what only routers need', async () => {
    await using house = await startHouse();
    const { __schema } = await queryData<{ __schema: { queryType: { fields: { name: string }[] } } }>(
      house.gateway.url,
      '{ __schema { queryType { fields { name } } } }',
    );
    const names = __schema.queryType.fields.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['products', 'latestReviews', 'page']));
    expect(names.filter((name) => name.startsWith('_'))).toEqual([]);
  });

  it('runs mutations of both sides', async () => {
    await using house = await startHouse();
    const data = await queryData(
      house.gateway.url,
      `mutation {
         writeReview(performanceId: "small:301", stars: 5) { stars performance { localStart } }
         abandonOrder(orderId: "small:1") { order { id } userErrors { code path } } }`,
    );
    expect(data).toMatchObject({
      writeReview: { stars: 5, performance: { localStart: expect.any(String) as string } },
      abandonOrder: { order: null, userErrors: [{ code: 'NOT_FOUND' }] },
    });
  });

  it('is asked over a WebSocket too, with fields of a partner in every event of a subscription of ours', async () => {
    await using house = await startHouse();
    await queryData(house.gateway.url, COLORS);
    await using events = subscribe<{ availabilityChanged: { kind: string; changes: unknown[] } }>(
      house.gateway.url,
      'subscription { availabilityChanged(filter: { performanceIds: ["small:301"] }) { kind changes { performance { id name reviews { stars } } after } } }',
    );
    const { availabilityChanged } = await events.next();
    expect(availabilityChanged.kind).toBe('SNAPSHOT');
    expect(availabilityChanged.changes[0]).toMatchObject({
      performance: { id: 'small:301', name: expect.any(String) as string, reviews: [{ stars: 4 }] },
      after: 'GREEN',
    });
    expect(house.reviews.calls).toHaveLength(1);
  });
});

describe('what an operation may ask for', () => {
  it.each([
    [
      'depth',
      `{ products { nodes { ${'performances { nodes { product { '.repeat(4)} id ${'} } } '.repeat(4)} } } }`,
    ],
    [
      'answerFields',
      '{ products(first: 100) { nodes { performances(first: 100) { nodes { reviews { performance { prices { tariff { requires { code name } } } } } } } } } }',
    ],
  ])('is limited by %s over HTTP and WebSocket alike', async (limit, document) => {
    await using house = await startHouse();
    const { errors } = await query(house.gateway.url, document);
    expect(errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED', limit } }]);
    await using events = subscribe(house.gateway.url, document);
    await expect(events.next()).rejects.toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED', limit } }]);
    expect(house.reviews.calls).toEqual([]);
  });
});

describe('errors', () => {
  it.each([
    ['an id', '{ product(id: "nonsense") { name } }', { argument: 'id' }],
    ['a page size', '{ products(first: 500) { nodes { id } } }', { argument: 'first' }],
    ['a scalar', '{ performances(filter: { startsFrom: "soon" }) { nodes { id } } }', {}],
  ])('about %s are those of our own graph', async (_what, document, facts) => {
    await using house = await startHouse();
    const { errors } = await query(house.gateway.url, document, undefined, { 'x-request-id': 'mine-1' });
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', retryable: false, correlationId: 'mine-1', ...facts } },
    ]);
  });

  it.each([
    [
      'its own',
      new Error('password hunter2'),
      'UPSTREAM_INVALID',
      'The subgraph reviews could not answer this field',
    ],
    [
      'about the request',
      Object.assign(new Error('stars must be from 1 to 5'), { extensions: { code: 'BAD_USER_INPUT' } }),
      'BAD_USER_INPUT',
      'The subgraph reviews says: stars must be from 1 to 5',
    ],
  ])('of a subgraph that are %s come as they may be told', async (_what, thrown, code, message) => {
    const fail = (): never => {
      throw thrown;
    };
    await using reviews = await startSubgraph({ ...REVIEWS, resolvers: { Query: { latestReviews: fail } } });
    await using house = await startHouse({ reviews });
    const { data, errors } = await query(house.gateway.url, '{ latestReviews { id } institutions { code } }');
    expect(data).toEqual({ latestReviews: null, institutions: [{ code: 'small' }] });
    expect(errors).toMatchObject([{ message, path: ['latestReviews'], extensions: { code } }]);
  });
});

describe('headers', () => {
  it('are forwarded by a list, with the correlation id, and no others', async () => {
    await using house = await startHouse({ env: { SUBGRAPH_HEADERS: 'Accept-Language,X-Shop' } });
    await query(house.gateway.url, LIST, undefined, {
      'accept-language': 'fr',
      'x-shop': 'web',
      authorization: 'Bearer s3cret',
      cookie: 'session=s3cret',
      'x-request-id': 'trace-7',
    });
    const [call] = house.reviews.calls;
    expect(call?.headers).toMatchObject({
      'accept-language': 'fr',
      'x-shop': 'web',
      'x-request-id': 'trace-7',
    });
    expect(JSON.stringify(call?.headers)).not.toContain('s3cret');
  });
});

describe('a subgraph that does not answer', () => {
  it('fails its own fields only, over every list, and they are back when it is', async () => {
    await using house = await startHouse();
    await house.reviews.die();
    const down = await query(house.gateway.url, LIST);
    expect(down.data).toMatchObject({
      performances: {
        nodes: [
          { id: 'small:301', reviews: null, product: { teaser: 'All about small:201' } },
          { id: 'small:302', reviews: null },
        ],
      },
    });
    expect(down.errors).toMatchObject(
      [0, 1].map((index) => ({
        message: 'The subgraph reviews cannot be reached',
        path: ['performances', 'nodes', index, 'reviews'],
        extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
      })),
    );
    await house.reviews.comeBack();
    expect((await query(house.gateway.url, LIST)).errors).toBeUndefined();
  });

  it('in time fails its own fields at the deadline', async () => {
    await using house = await startHouse({ env: { SUBGRAPH_DEADLINE_MS: '200' } });
    let release = (): void => undefined;
    house.reviews.holdUntil(new Promise((resolve) => (release = resolve)));
    const { data, errors } = await query(house.gateway.url, '{ institutions { code } latestReviews { id } }');
    release();
    expect(data).toEqual({ institutions: [{ code: 'small' }], latestReviews: null });
    expect(errors).toMatchObject([
      {
        message: 'The subgraph reviews did not answer within 200 ms',
        extensions: { code: 'UPSTREAM_TIMEOUT' },
      },
    ]);
  });

  it.each([
    ['HTTP 503', { status: 503, body: 'busy' }, 'UPSTREAM_UNAVAILABLE', 2],
    ['what is not JSON', { status: 200, body: '<html>' }, 'UPSTREAM_INVALID', 1],
    ['neither data nor errors', { status: 200, body: '[]' }, 'UPSTREAM_INVALID', 1],
  ])('but says %s is asked again only where that can help', async (_what, answer, code, asked) => {
    await using house = await startHouse();
    house.reviews.failWith(answer);
    const { data, errors } = await query(house.gateway.url, '{ latestReviews { id } institutions { code } }');
    expect(data).toEqual({ latestReviews: null, institutions: [{ code: 'small' }] });
    expect(errors).toMatchObject([{ extensions: { code } }]);
    expect(house.reviews.calls).toHaveLength(asked);
  });

  it('is not sent a mutation twice', async () => {
    await using house = await startHouse();
    house.reviews.failWith({ status: 503, body: '' });
    const { errors } = await query(
      house.gateway.url,
      'mutation { writeReview(performanceId: "small:301", stars: 5) { id } }',
    );
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(house.reviews.calls).toHaveLength(1);
  });

  it('at the first start lets everything else be served, says so of its fields, and is taken in when it comes', async () => {
    await using reviews = await startSubgraph(REVIEWS);
    await reviews.die();
    await using house = await startHouse({ reviews });
    expect(await queryData(house.gateway.url, '{ institutions { code } }')).toEqual({
      institutions: [{ code: 'small' }],
    });
    const { errors } = await query(house.gateway.url, '{ latestReviews { id } }');
    expect(errors).toContainEqual(
      expect.objectContaining({
        message: expect.stringMatching(
          /^The subgraph reviews has not answered since the start, .* Query\.latestReviews/,
        ) as string,
        extensions: expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE', retryable: true }) as object,
      }),
    );
    await reviews.comeBack();
    const data = await eventually('the reviews', async () => {
      const answer = await query(house.gateway.url, '{ latestReviews { stars } }');
      return answer.errors === undefined ? answer.data : null;
    });
    expect(data).toEqual({ latestReviews: [{ stars: 4 }, { stars: 4 }] });
  });

  it('at a later start has the fields it had, which fail alone', async () => {
    const cacheDir = await temporaryFolder();
    await using reviews = await startSubgraph(REVIEWS);
    await (await startHouse({ reviews, cacheDir }))[Symbol.asyncDispose]();
    await using house = await startHouse({ reviews, cacheDir });
    const { data, errors } = await query(house.gateway.url, '{ latestReviews { id } institutions { code } }');
    expect(data).toEqual({ latestReviews: null, institutions: [{ code: 'small' }] });
    expect(errors).toMatchObject([{ message: 'The subgraph reviews cannot be reached' }]);
  });
});

describe('schemas that do not fit', () => {
  const WRONG: TestSubgraphOptions = {
    sdl: 'type Query { a: Int } type Performance @key(fields: "id") { id: ID! startsAt: Int! }',
  };

  it('refuse the start with words for each problem', async () => {
    await using reviews = await startSubgraph(WRONG);
    const error = await failureOf(startHouse({ reviews }));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems).toEqual(
      expect.arrayContaining([expect.stringMatching(/^SUBGRAPHS: .*Performance\.startsAt/) as string]),
    );
  });

  it('refuse the start when a subgraph is none', async () => {
    await using reviews = await startSubgraph(REVIEWS);
    const notFound = await failureOf(startHouse({ env: { SUBGRAPHS: `reviews=${reviews.url},x=nonsense` } }));
    expect(notFound.message).toMatch(/^SUBGRAPHS must give x an http\(s\) address/);
  });

  it('later leave the last supergraph in its place, and say why once', async () => {
    await using house = await startHouse();
    house.reviews.change(WRONG);
    const problem = await eventually('the problem', () =>
      house.logLines.find((line) => line.includes('the last supergraph stays')),
    );
    expect(problem).toContain('Performance.startsAt');
    house.reviews.change(REVIEWS);
    expect((await query(house.gateway.url, LIST)).errors).toBeUndefined();
    expect(house.logLines.filter((line) => line.includes('the last supergraph stays'))).toHaveLength(1);
  });

  it('later, once they fit again, take the place of the old one without ending a subscription', async () => {
    await using house = await startHouse();
    await using events = subscribe<{ availabilityChanged: { kind: string } }>(
      house.gateway.url,
      'subscription { availabilityChanged { kind changes { performance { id reviews { stars } } after } } }',
    );
    expect((await events.next()).availabilityChanged.kind).toBe('SNAPSHOT');
    house.reviews.change({ ...REVIEWS, sdl: `${REVIEWS.sdl} extend type Query { average: Float }` });
    await eventually('the new field', async () =>
      (await query(house.gateway.url, '{ average }')).errors === undefined ? true : null,
    );
    await house.sandbox.setStock({ institution: 'small', performanceId: 301, remaining: 0 });
    for (;;) {
      const { availabilityChanged } = await events.next();
      if (availabilityChanged.kind !== 'CHANGES') continue;
      expect(availabilityChanged).toMatchObject({
        changes: expect.arrayContaining([
          expect.objectContaining({
            performance: { id: 'small:301', reviews: [{ stars: 4 }] },
            after: 'RED',
          }),
        ]) as unknown[],
      });
      break;
    }
  });
});
