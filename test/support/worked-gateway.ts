import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { startTestGateway, temporaryFolder, type TestGateway } from './gateway.js';
import { query, queryData, subscribe, type Subscription } from './graphql-client.js';
import { createRequest, SHORT_WAITS } from './order-house.js';
import { ORDERS, orderWorld } from './order-world.js';
import type { RedisServer } from './redis.js';
import { startTestSandbox, type TestSandbox } from './sandbox.js';
import { scrape } from './scraped-metrics.js';
import { startSubgraph, type TestSubgraph } from './subgraph.js';

/** A gateway with everything it can be connected to, after a little of every kind of work. */
export interface WorkedGateway extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly sandbox: TestSandbox;
  readonly subgraph: TestSubgraph;
  /** Goes on. */
  readonly live: Subscription<unknown>;
  /** A little of every kind of work once more. */
  work(): Promise<void>;
}

const STOCK = {
  institution: ORDERS.code,
  performanceId: ORDERS.performanceIds[0],
  seatCategoryId: ORDERS.categoryIds[0],
};
const CATEGORY = `small:${STOCK.seatCategoryId}`;
const COLOR = `{ performance(id: "small:${STOCK.performanceId}") { availability { bySeatCategory { color seatCategory { id } } } } }`;

/** Colors come soon. */
const MINUTE_MS = 400;

interface ColorOf {
  readonly performance: {
    readonly availability: {
      readonly bySeatCategory: readonly {
        readonly color: string;
        readonly seatCategory: { readonly id: string };
      }[];
    };
  };
}
const REVIEWS = `
  type Query { latestReviews: [Review!]! }
  type Review { id: ID! stars: Int! }`;

export async function startWorkedGateway(redis: RedisServer): Promise<WorkedGateway> {
  const sandbox = await startTestSandbox({
    world: orderWorld(),
    minuteMs: MINUTE_MS,
  });
  const subgraph = await startSubgraph({
    sdl: REVIEWS,
    resolvers: { Query: { latestReviews: () => [{ id: 'r1', stars: 4 }] } },
  });
  const folder = await temporaryFolder();
  const trusted = join(folder, 'trusted.json');
  await writeFile(trusted, JSON.stringify(['{ __typename }']));
  const gateway = await startTestGateway({
    institutions: sandbox.institutions,
    env: {
      ...SHORT_WAITS,
      S360_MINUTE_MS: String(MINUTE_MS),
      REDIS_URL: redis.url,
      REPLICAS: '1',
      SUBGRAPHS: `reviews=${subgraph.url}`,
      SUBGRAPH_POLL_MS: '50',
      TRUSTED_DOCUMENTS: trusted,
      TRUSTED_DOCUMENTS_MODE: 'log',
      S360_BYTES_PER_MONTH: '1000000000000',
    },
  });
  const live = subscribe(
    gateway.graphql,
    `subscription Colors { availabilityChanged(filter: { performanceIds: ["small:${ORDERS.performanceIds[0]}"] }) { kind } }`,
  );
  await live.next();
  let times = 0;
  const work = (): Promise<void> => workALittle({ gateway, sandbox }, `worked-${++times}`);
  await work();
  return {
    gateway,
    sandbox,
    subgraph,
    live,
    work,
    async [Symbol.asyncDispose]() {
      await live.close();
      await gateway[Symbol.asyncDispose]();
      await subgraph[Symbol.asyncDispose]();
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function workALittle(
  { gateway, sandbox }: Pick<WorkedGateway, 'gateway' | 'sandbox'>,
  clientOrderId: string,
): Promise<void> {
  await queryData(gateway.graphql, 'query Page { products { nodes { id availability { color } } } }');
  await queryData(gateway.graphql, '{ latestReviews { stars } }');
  await query(gateway.graphql, `query Who { contact(id: "small:${ORDERS.contactNumber}") { firstName } }`);
  await query(gateway.graphql, '{ product(id: "no id") { id } }');
  await gateway.orders.create(createRequest(clientOrderId, { intent: 'PLACE' }));
  // What was read because we sold something was no news from S-360; one of the next changes is.
  const before = await changesTold(gateway);
  for (let remaining = 0; ; remaining = 20 - remaining) {
    await sandbox.setStock({ ...STOCK, remaining });
    await eventually('the other color', () => colorSeen(gateway, remaining > 0));
    if ((await changesTold(gateway)) > before) break;
  }
}

async function changesTold(gateway: TestGateway): Promise<number> {
  return (await scrape(gateway.url)).value('foyer_color_change_delay_seconds_count')!;
}

async function colorSeen(gateway: TestGateway, isAvailable: boolean): Promise<true | null> {
  const { performance } = await queryData<ColorOf>(gateway.graphql, COLOR);
  const color = performance.availability.bySeatCategory.find(
    ({ seatCategory }) => seatCategory.id === CATEGORY,
  )?.color;
  return (color !== 'RED') === isAvailable ? true : null;
}
