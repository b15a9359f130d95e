import { describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { eventually } from '../support/eventually.js';
import { query, queryData } from '../support/graphql-client.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const MINUTE_MS = 100;
const PACE = {
  S360_MINUTE_MS: String(MINUTE_MS),
  S360_CALLS_PER_MONTH: '10000000',
  // Only a call that hangs waits for them; a busy machine needs a while for a catalog.
  S360_DEADLINE_MS: '2000',
  S360_CATALOG_DEADLINE_MS: '5000',
};

/** Every kind of fault that the sandbox can be told, with how long it holds an answer where it does. */
const FAULTS = [
  { kind: 'latency', delayMs: 300 },
  { kind: 'delayBefore', delayMs: 300 },
  { kind: 'delayAfter', delayMs: 300 },
  { kind: 'soapFault' },
  { kind: 'http500' },
  { kind: 'http509' },
  { kind: 'truncate' },
  { kind: 'malformed' },
  { kind: 'resetBefore' },
  { kind: 'resetAfter' },
  { kind: 'inProgress' },
  { kind: 'unknownEnum' },
  { kind: 'hang' },
  { kind: 'entityExpansion' },
  { kind: 'deepNesting' },
  { kind: 'oversize' },
  { kind: 'wrongNamespace' },
  { kind: 'emptyAnswer' },
] as const;

async function firstProduct(gateway: TestGateway): Promise<{ id: string; name: string }> {
  const { data } = await query(gateway.graphql, '{ products(sort: NAME, first: 1) { nodes { id name } } }');
  return (data as { products: { nodes: [{ id: string; name: string }] } }).products.nodes[0];
}

async function nameOf(gateway: TestGateway, id: string): Promise<string> {
  const { data, errors } = await query(gateway.graphql, `{ product(id: "${id}") { name } }`);
  expect(errors).toBeUndefined();
  return (data as { product: { name: string } }).product.name;
}

function rename(sandbox: TestSandbox, id: string, name: string): Promise<unknown> {
  const [institution, productId] = id.split(':');
  return sandbox.editSetup({ institution: institution!, productId: Number(productId), name });
}

describe.each(FAULTS)('while S-360 answers with $kind', (fault) => {
  it('the first load, a reload and a poll lose nothing and recover without a restart', async () => {
    await using sandbox = await startTestSandbox({ minuteMs: MINUTE_MS });
    const script = (method: string, times: number): Promise<void> =>
      sandbox.fault({ ...fault, method, times });

    await script('getCatalogDetailed', 1);
    await using gateway = await startTestGateway({
      institutions: sandbox.institutions.slice(0, 1),
      env: PACE,
      untilReady: false,
    });
    expect(await eventually('a catalog', () => productCount(gateway))).toBeGreaterThan(10);

    const { id, name } = await firstProduct(gateway);
    await script('getCatalogDetailed', 1);
    await rename(sandbox, id, 'Another name');
    await eventually('the new name', async () => {
      const seen = await nameOf(gateway, id);
      // The old catalog, whole, until the new one is.
      expect([name, 'Another name']).toContain(seen);
      return seen === 'Another name' ? seen : null;
    });

    const target = await eventually('a green performance', () => greenPerformance(gateway));
    await script('getUpdatedAvailabilities', 2);
    await script('getEventAvailability', 1);
    const [institution, performanceId] = target.split(':');
    await sandbox.setStock({ institution: institution!, performanceId: Number(performanceId), remaining: 0 });
    await eventually('RED', async () => {
      const seen = await colorOf(gateway, target);
      expect(['GREEN', 'UNKNOWN', 'RED']).toContain(seen);
      return seen === 'RED' ? seen : null;
    });
    await sandbox.clearFaults();
  }, 120_000);
});

async function productCount(gateway: TestGateway): Promise<number | undefined> {
  const { institutions } = await queryData<{ institutions: { catalog: { productCount: number } }[] }>(
    gateway.graphql,
    '{ institutions { catalog { productCount } } }',
  );
  return institutions[0]?.catalog.productCount;
}

async function greenPerformance(gateway: TestGateway): Promise<string | undefined> {
  const { performances } = await queryData<{ performances: { nodes: { id: string }[] } }>(
    gateway.graphql,
    '{ performances(filter: { colors: [GREEN] }, first: 1) { nodes { id } } }',
  );
  return performances.nodes[0]?.id;
}

async function colorOf(gateway: TestGateway, id: string): Promise<string> {
  const { performance } = await queryData<{ performance: { availability: { color: string } } }>(
    gateway.graphql,
    `{ performance(id: "${id}") { availability { color } } }`,
  );
  return performance.availability.color;
}
