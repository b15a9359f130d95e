import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { query } from '../support/graphql-client.js';
import { startTestGateway } from '../support/gateway.js';
import { ORDERS, orderWorld } from '../support/order-world.js';
import { skipNote } from '../support/postgres.js';
import { NO_REDIS, startRedis } from '../support/redis.js';
import { scrape } from '../support/scraped-metrics.js';
import { startTestSandbox } from '../support/sandbox.js';
import { smallWorld } from '../support/small-world.js';
import { startSubgraph } from '../support/subgraph.js';
import { startWorkedGateway } from '../support/worked-gateway.js';

const institution = ORDERS.code;
const UNFIT = 'type Query { products: Int } type Product @key(fields: "id") { id: Int! name: Int }';

describe.skipIf(NO_REDIS !== null)(`/metrics of a gateway that did some work${skipNote(NO_REDIS)}`, () => {
  it('tells what was asked of S-360, how current it is, who listens, and how it is itself', async () => {
    await using redis = await startRedis();
    await using house = await startWorkedGateway(redis);
    const metrics = await scrape(house.gateway.url);
    const calls = (await house.sandbox.journal()).filter(({ method }) => method === 'getContactData');
    const contact = { institution, service: 'ContactInformationPublicService', method: 'getContactData' };
    expect(
      metrics.value('foyer_s360_calls_total', { ...contact, lane: 'contacts', outcome: 'success' }),
    ).toBe(calls.length);
    const [{ requestBytes, responseBytes }] = calls as [(typeof calls)[number]];
    expect(metrics.value('foyer_s360_bytes_total', contact)).toBe(requestBytes + responseBytes);
    expect(metrics.value('foyer_s360_call_seconds_count', contact)).toBe(1);
    expect(metrics.value('foyer_s360_budget_used', { window: 'MONTH' })).toBeGreaterThan(5);
    expect(metrics.value('foyer_s360_budget_forecast', { window: 'MONTH' })).toBeGreaterThan(5);
    expect(metrics.value('foyer_orders', { institution, state: 'CLOSED' })).toBe(1);
    // LIVE, or from memory where a poll came first.
    const readings = metrics.samples.filter(({ name }) => name === 'foyer_availability_readings_total');
    expect(readings.reduce((sum, { value }) => sum + value, 0)).toBeGreaterThan(0);
    expect(metrics.value('foyer_color_change_delay_seconds_count', { institution })).toBeGreaterThan(0);
    // Within a few minutes of the contract, 1.2 s each.
    expect(metrics.value('foyer_color_change_delay_seconds_sum', { institution })).toBeLessThan(60);
    expect(metrics.value('foyer_availability_poll_age_seconds', { institution })).toBeLessThan(60);
    expect(metrics.value('foyer_catalog_stale', { institution })).toBe(0);
    expect(metrics.value('foyer_socket_operations', { kind: 'subscription' })).toBe(1);
    expect(metrics.value('foyer_graphql_operations_total', { operation: 'Page' })).toBe(1);
    expect(metrics.value('foyer_graphql_errors_total', { code: 'BAD_USER_INPUT' })).toBe(1);
    expect(metrics.value('foyer_build_info', { version: '0.1.0' })).toBe(1);
    expect(metrics.value('foyer_ready')).toBe(1);
    expect(metrics.value('foyer_redis_up')).toBe(1);
    expect(metrics.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);

    await redis.kill();
    await eventually('that Redis is missed', async () =>
      (await scrape(house.gateway.url)).value('foyer_redis_up') === 0 ? true : null,
    );
  });
});

describe('/metrics of a gateway that ran out of calls', () => {
  it('tells who was turned away, and by what', async () => {
    await using sandbox = await startTestSandbox({ world: orderWorld() });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { S360_CALLS_PER_MINUTE: '10', S360_MINUTE_MS: '60000' },
    });
    await eventually('that the minute is used up', async () => {
      const { errors } = await query(gateway.graphql, `{ contact(id: "${institution}:0004217") { id } }`);
      return errors?.[0]?.extensions?.['code'] === 'UPSTREAM_RATE_LIMITED' ? true : null;
    });
    const metrics = await scrape(gateway.url);
    expect(metrics.value('foyer_s360_refusals_total', { institution, lane: 'contacts', by: 'MINUTE' })).toBe(
      1,
    );
    expect(metrics.value('foyer_s360_refusals_total', { institution, lane: 'orders' })).toBe(0);
    expect(metrics.value('foyer_graphql_errors_total', { code: 'UPSTREAM_RATE_LIMITED' })).toBe(1);
  });
});

describe('/metrics of a gateway with subgraphs', () => {
  it('tells of the subgraphs, and whether the newest of their schemas is served', async () => {
    await using sandbox = await startTestSandbox({ world: smallWorld() });
    await using reviews = await startSubgraph({
      sdl: 'type Query { stars: Int }',
      resolvers: { Query: { stars: () => 4 } },
    });
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions,
      env: { SUBGRAPHS: `reviews=${reviews.url}`, SUBGRAPH_POLL_MS: '50' },
    });
    reviews.failWith({ status: 503, body: '' });
    await query(gateway.graphql, '{ stars }');
    const failed = await scrape(gateway.url);
    // A read is tried twice.
    expect(failed.value('foyer_subgraph_requests_total', { outcome: 'unavailable' })).toBe(2);
    // The schema was asked for.
    expect(failed.value('foyer_subgraph_requests_total', { outcome: 'success' })).toBeGreaterThan(0);
    expect(failed.value('foyer_subgraph_request_seconds_count', { subgraph: 'reviews' })).toBeGreaterThan(2);
    expect(failed.value('foyer_supergraph_newest')).toBe(1);
    const newest = (expected: number): Promise<true> =>
      eventually(`foyer_supergraph_newest ${expected}`, async () =>
        (await scrape(gateway.url)).value('foyer_supergraph_newest') === expected ? true : null,
      );
    reviews.change({ sdl: UNFIT });
    await newest(0);
    reviews.change({ sdl: 'type Query { stars: Int more: Int }' });
    await newest(1);
  });
});
