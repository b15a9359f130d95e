import { startTestGateway } from '../test/support/gateway.js';
import { query } from '../test/support/graphql-client.js';
import { startTestSandbox } from '../test/support/sandbox.js';
import { table } from './table.js';

const QUERIES: Record<string, string> = {
  'one product': '{ products(first: 1) { nodes { name } } }',
  '50 products with colors': '{ products(first: 50) { nodes { name availability { color } } } }',
  '50 products, performances, prices, colors': `{ products(first: 50) { nodes { name performances(first: 10) { nodes {
     startsAt prices { amount { amount } } availability { color bySeatCategory { color } } } } } } }`,
  '100 performances with colors':
    '{ performances(first: 100) { nodes { startsAt availability { color remaining } } } }',
  'the seats of one performance': '{ performances(first: 1) { nodes { seats { seats { id available } } } } }',
};

/** The list once it has not grown for a second: what runs in the background belongs to it. */
async function untilQuiet<T>(list: () => Promise<T[]>): Promise<T[]> {
  for (let before = await list(); ;) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const after = await list();
    if (after.length === before.length) return after;
    before = after;
  }
}

/**
 * What does a query cost in calls to S-360? "cold" counts everything since a process without any cache began, its
 * background loads included; "warm" is the same query again.
 */
export async function benchCalls(): Promise<string> {
  const rows: (string | number)[][] = [['query', 'S-360 calls cold', 'most of one method', 'warm']];
  for (const [name, document] of Object.entries(QUERIES)) {
    await using sandbox = await startTestSandbox();
    await using gateway = await startTestGateway({ institutions: sandbox.institutions.slice(0, 1) });
    await query(gateway.graphql, document);
    const cold = await untilQuiet(() => sandbox.journal());
    const byMethod = new Map<string, number>();
    for (const { method } of cold) byMethod.set(method, (byMethod.get(method) ?? 0) + 1);
    await sandbox.clearJournal();
    await query(gateway.graphql, document);
    const warm = await untilQuiet(() => sandbox.journal());
    rows.push([name, cold.length, Math.max(...byMethod.values()), warm.length]);
  }
  return table(rows);
}
