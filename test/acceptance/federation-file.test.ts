import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startReviews } from '../../examples/reviews/server.js';
import { supergraphText } from '../../scripts/supergraph-file.js';
import { eventually } from '../support/eventually.js';
import { failureOf } from '../support/failure.js';
import { startTestGateway, temporaryFolder, type TestGateway } from '../support/gateway.js';
import { query, queryData } from '../support/graphql-client.js';
import { startTestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';

const SCHEMA = new URL('../../examples/reviews/schema.graphql', import.meta.url).pathname;

interface House extends AsyncDisposable {
  readonly file: string;
  start(): Promise<TestGateway>;
}

async function startHouse(text: string): Promise<House> {
  const sandbox = await startTestSandbox({ world: smallWorld() });
  const dir = await temporaryFolder();
  const file = join(dir, 'super.graphql');
  await writeFile(file, text);
  return {
    file,
    start: () =>
      startTestGateway({
        institutions: sandbox.institutions,
        env: { SUBGRAPHS: file, SUBGRAPH_POLL_MS: '50' },
      }),
    async [Symbol.asyncDispose]() {
      await sandbox.stop();
      await rm(dir, { recursive: true });
    },
  };
}

describe('a supergraph in a file', () => {
  it("is served, with a subgraph's fields failing alone until it is there, and again when the file is replaced", async () => {
    await using reviews = await startReviews(0);
    reviews.reviews.write('small:301', 4, null);
    const elsewhere = await supergraphText([
      { name: 'reviews', file: SCHEMA, url: 'http://127.0.0.1:9/graphql' },
    ]);
    await using house = await startHouse(elsewhere);
    await using gateway = await house.start();
    const document = '{ performance(id: "small:301") { id averageStars } }';
    const first = await query(gateway.url, document);
    expect(first.data).toEqual({ performance: { id: 'small:301', averageStars: null } });
    expect(first.errors).toMatchObject([{ path: ['performance', 'averageStars'] }]);

    await writeFile(house.file, 'type Query {');
    await writeFile(house.file, await supergraphText([{ name: 'reviews', file: SCHEMA, url: reviews.url }]));
    const joined = await eventually('the reviews', async () => {
      const { data, errors } = await query(gateway.url, document);
      return errors === undefined ? data : null;
    });
    expect(joined).toEqual({ performance: { id: 'small:301', averageStars: 4 } });
    expect(await queryData(gateway.url, '{ institutions { code } }')).toEqual({
      institutions: [{ code: 'small' }],
    });
  });

  it('of the example tells of a review what was made of it', async () => {
    await using reviews = await startReviews(0);
    await using house = await startHouse(
      await supergraphText([{ name: 'reviews', file: SCHEMA, url: reviews.url }]),
    );
    await using gateway = await house.start();
    const performance = { id: 'small:301', averageStars: 5, reviews: [{ stars: 5 }] };
    const selection = '{ stars performance { id averageStars reviews { stars } } }';
    expect(
      await queryData(
        gateway.url,
        `mutation { writeReview(performanceId: "small:301", stars: 5) ${selection} }`,
      ),
    ).toEqual({ writeReview: { stars: 5, performance } });
    expect(await queryData(gateway.url, `{ latestReviews(first: 1) ${selection} }`)).toEqual({
      latestReviews: [{ stars: 5, performance }],
    });
  });

  it.each([
    ['is not GraphQL', 'type Query {', /^SUBGRAPHS: the supergraph is not GraphQL/],
    ['does not have this graph in it', 'type Query { a: Int }', /must have a graph named foyer/],
  ])('that %s refuses the start', async (_what, text, message) => {
    await using house = await startHouse(text);
    expect((await failureOf(house.start())).message).toMatch(message);
  });
});
