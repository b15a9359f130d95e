import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.js';
import { queryData } from '../support/graphql-client.js';
import { startTestSandbox } from '../support/sandbox.js';

/** A concert hall's real catalog, kept beside the repository where there is one. */
const FILE = fileURLToPath(new URL('../../../shared/data/citm_catalog.json', import.meta.url));

interface CitmFile {
  readonly events: Record<string, { id: number; name: string }>;
  readonly seatCategoryNames: Record<string, string>;
  readonly performances: {
    id: number;
    eventId: number;
    start: number;
    prices: { amount: number; seatCategoryId: number }[];
    seatCategories: { seatCategoryId: number }[];
  }[];
}

interface Page<T> {
  readonly totalCount: number;
  readonly nodes: T[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

interface PerformanceNode {
  readonly s360Id: string;
  readonly localStart: string;
  readonly product: { readonly s360Id: string };
  readonly seatCategories: { readonly id: string; readonly name: string }[];
  readonly prices: {
    readonly seatCategory: { readonly id: string };
    readonly amount: { readonly amount: string };
  }[];
}

const PRODUCTS = `query ($after: String) {
  products(first: 100, after: $after) { totalCount nodes { s360Id name kind } pageInfo { hasNextPage endCursor } } }`;
const PERFORMANCES = `query ($after: String) {
  performances(first: 100, after: $after) {
    totalCount
    nodes { s360Id localStart product { s360Id } seatCategories { id name }
            prices { seatCategory { id } amount { amount } } }
    pageInfo { hasNextPage endCursor } } }`;

async function everyPage<T>(url: string, document: string, field: string): Promise<T[]> {
  const nodes: T[] = [];
  let after: string | null = null;
  for (;;) {
    const data: Record<string, Page<T>> = await queryData(url, document, { after });
    const page: Page<T> = data[field]!;
    nodes.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return nodes;
    after = page.pageInfo.endCursor;
  }
}

function decimalOf(thousandths: number): string {
  const digits = String(thousandths).padStart(4, '0');
  return `${digits.slice(0, -3)}.${digits.slice(-3).replace(/0$/, '')}`;
}

function wallClockInParis(epochMs: number): string {
  return new Date(epochMs).toLocaleString('sv-SE', { timeZone: 'Europe/Paris' }).replace(' ', 'T');
}

describe.skipIf(!existsSync(FILE))('the imported catalog of a real concert hall', () => {
  it('comes out of GraphQL with every event, performance, name, category and amount as in the file', async () => {
    const file = JSON.parse(readFileSync(FILE, 'utf8')) as CitmFile;
    await using sandbox = await startTestSandbox({ worldFile: FILE });
    await using gateway = await startTestGateway({ institutions: sandbox.institutions });

    const products = await everyPage<{ s360Id: string; name: string; kind: string }>(
      gateway.graphql,
      PRODUCTS,
      'products',
    );
    expect(new Map(products.map(({ s360Id, name }) => [s360Id, name]))).toEqual(
      new Map(Object.values(file.events).map(({ id, name }) => [String(id), name])),
    );
    expect(products).toHaveLength(184);

    const performances = await everyPage<PerformanceNode>(gateway.graphql, PERFORMANCES, 'performances');
    expect(performances).toHaveLength(243);
    const byId = new Map(performances.map((performance) => [performance.s360Id, performance]));
    const weeks = new Set<number>();
    for (const expected of file.performances) {
      const actual = byId.get(String(expected.id))!;
      expect(actual.product.s360Id).toBe(String(expected.eventId));
      expect(new Map(actual.seatCategories.map(({ id, name }) => [id, name]))).toEqual(
        new Map(
          expected.seatCategories.map(({ seatCategoryId }) => [
            `pleyel:${seatCategoryId}`,
            file.seatCategoryNames[seatCategoryId],
          ]),
        ),
      );
      expect(
        actual.prices.map(({ seatCategory, amount }) => `${seatCategory.id} ${amount.amount}`).toSorted(),
      ).toEqual(
        expected.prices
          .map(({ seatCategoryId, amount }) => `pleyel:${seatCategoryId} ${decimalOf(amount)}`)
          .toSorted(),
      );
      const shiftMs =
        Date.parse(`${actual.localStart}Z`) - Date.parse(`${wallClockInParis(expected.start)}Z`);
      weeks.add(shiftMs / (7 * 24 * 3_600_000));
    }
    expect([...weeks]).toEqual([expect.any(Number)]);
    expect(Number.isInteger([...weeks][0])).toBe(true);
  });
});
