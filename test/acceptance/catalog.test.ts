import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.js';
import { query } from '../support/graphql-client.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const FIFTY_PRODUCTS = /* GraphQL */ `
  query FiftyProducts($institutions: [ID!]) {
    products(filter: { institutions: $institutions }, first: 50) {
      totalCount
      nodes {
        id
        name
        kind
        availability {
          color
          remaining
        }
        performances(first: 10) {
          nodes {
            id
            startsAt
            localStart
            prices {
              amount {
                amount
                minorUnits
                currency
              }
              tariff {
                name
                kind
              }
              seatCategory {
                name
              }
            }
            availability {
              color
              remaining
              bySeatCategory {
                color
                seatCategory {
                  name
                }
              }
              freshness {
                source
                ageSeconds
              }
            }
          }
        }
        items {
          prices {
            amount {
              amount
            }
          }
        }
      }
    }
  }
`;

/** Methods that were asked for the sake of one request. */
async function methodsFor(sandbox: TestSandbox, id: string): Promise<string[]> {
  const calls = await sandbox.journal();
  return calls.filter(({ correlationId }) => correlationId === id).map(({ method }) => method);
}

describe('a page of 50 products with performances, prices and availability', () => {
  it('costs at most one call of each method while the gateway is cold, and none when it is warm', async () => {
    await using sandbox = await startTestSandbox();
    await using gateway = await startTestGateway({ institutions: sandbox.institutions });
    for (const { code } of sandbox.institutions) {
      const id = `cold-${code}`;
      const cold = await query(
        gateway.graphql,
        FIFTY_PRODUCTS,
        { institutions: [code] },
        { 'x-request-id': id },
      );
      expect(cold.errors).toBeUndefined();
      const methods = await methodsFor(sandbox, id);
      expect(methods).toEqual([...new Set(methods)]);
      expect(methods).not.toContain('getCatalogDetailed');
    }
    const warm = await query(gateway.graphql, FIFTY_PRODUCTS, {}, { 'x-request-id': 'warm' });
    expect(warm.errors).toBeUndefined();
    expect(await methodsFor(sandbox, 'warm')).toEqual([]);
  });
});

describe('bad input', () => {
  it('is answered with null, a null slot, or BAD_USER_INPUT that names the argument and the rule', async () => {
    await using sandbox = await startTestSandbox();
    await using gateway = await startTestGateway({ institutions: sandbox.institutions });
    for (const [document, expected] of HARMLESS) {
      const { data, errors } = await query(gateway.graphql, document);
      expect({ document, data, errors }).toEqual({ document, data: expected, errors: undefined });
    }
    for (const [document, message] of MISTAKES) {
      const { errors } = await query(gateway.graphql, document);
      expect({ document, errors }).toEqual({
        document,
        errors: [
          expect.objectContaining({
            message: expect.stringMatching(message) as string,
            extensions: expect.objectContaining({ code: 'BAD_USER_INPUT', retryable: false }) as object,
          }),
        ],
      });
    }
    expect((await fetch(`${gateway.url}health/ready`)).status).toBe(200);
  });
});

const TOO_MANY = Array.from({ length: 501 }, () => '"lyric:1"').join();
const HARMLESS: readonly (readonly [document: string, data: object])[] = [
  ['{ product(id: "lyric:1") { id } }', { product: null }],
  ['{ performance(id: "nowhere:1") { id } }', { performance: null }],
  ['{ institution(code: "nowhere") { name } }', { institution: null }],
  [
    '{ availabilities(performanceIds: ["lyric:1", "nowhere:2"]) { color } }',
    { availabilities: [null, null] },
  ],
];
const MISTAKES: readonly (readonly [document: string, message: RegExp])[] = [
  ['{ product(id: "lyric") { id } }', /`id` must look like/],
  ['{ products(first: 101) { totalCount } }', /`first` must be/],
  ['{ products(first: 0) { totalCount } }', /`first` must be/],
  ['{ products(after: "x") { totalCount } }', /`after` must be/],
  ['{ products(filter: { institutions: ["nowhere"] }) { totalCount } }', /`filter\.institutions/],
  ['{ products(filter: { ids: ["lyric:1", "x"] }) { totalCount } }', /`filter\.ids\[1\]`/],
  ['{ performances(filter: { productIds: ["x"] }) { totalCount } }', /`filter\.productIds\[0\]`/],
  ['{ products(filter: { startsFrom: "tomorrow" }) { totalCount } }', /must be a string in RFC 3339/],
  ['{ availabilities(performanceIds: ["lyric:1", ":"]) { color } }', /`performanceIds\[1\]`/],
  [`{ availabilities(performanceIds: [${TOO_MANY}]) { color } }`, /`performanceIds` must/],
  ['{ availabilityHistory(performanceId: "lyric:1", first: 0) { at } }', /`first` must/],
  ['{ availabilityHistory(performanceId: "lyric:1", first: 101) { at } }', /`first` must/],
];
