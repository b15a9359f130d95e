import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../src/resolvers/schema.js';
import { createOperationReader } from '../../src/server/documents.js';
import { FIELD_COSTS } from '../../src/resolvers/field-costs.js';
import { DEFAULT_QUERY_LIMITS } from '../../src/server/query-limits.js';
import * as operations from '../operations/operations.js';
import { print, type DocumentNode } from 'graphql';

const EXAMPLES = new URL('../../src/graphiql/examples/', import.meta.url);

const read = createOperationReader(createSchema(), {
  limits: { ...DEFAULT_QUERY_LIMITS, fieldCosts: FIELD_COSTS },
});
const HUNDRED_IDS = Array.from({ length: 100 }, (_, index) => `hall:${index}`);

function mistakesIn(query: string): string[] {
  return operationNames(query).flatMap((operationName) => {
    const operation = read({
      query,
      operationName,
      variables: { first: 50, performances: 20, performanceIds: HUNDRED_IDS },
    });
    return 'errors' in operation ? operation.errors.map(({ message }) => message) : [];
  });
}

function operationNames(query: string): string[] {
  return [...query.matchAll(/^(?:query|mutation|subscription) (\w+)/gm)].map(([, name]) => name!);
}

describe('the schema', () => {
  it.each(readdirSync(EXAMPLES))('fits the example %s of GraphiQL, within the query limits', (name) => {
    const query = readFileSync(new URL(name, EXAMPLES), 'utf8');
    expect(operationNames(query).length).toBeGreaterThan(0);
    expect(mistakesIn(query)).toEqual([]);
  });

  it.each(Object.entries(operations).filter(([name]) => name.endsWith('Document')))(
    'fits %s, within the query limits',
    (_name, document) => {
      expect(mistakesIn(print(document as DocumentNode))).toEqual([]);
    },
  );

  it('lets a page of 50 products with 20 performances each pass, and not one with a list cycle', () => {
    expect(mistakesIn(print(operations.ProductPageDocument))).toEqual([]);
    const cycle = `query Cycle { products { nodes { ${'performances { nodes { product { '.repeat(25)}id${' } } }'.repeat(25)} } } }`;
    expect(mistakesIn(cycle)).toContain('Depth of the operation: 78, the limit is 12');
  });

  it.each([
    ['availabilityChanged { changes { product { ...P } } }', 97],
    ['availabilityChanged { a: changes { after } b: changes { performance { product { ...P } } } }', 95],
    ['catalogChanged { products { product { ...P } } }', 97],
  ])('lets %s hold a hundred fields of each change, as all of a catalog may have changed', (text, most) => {
    const withPage = (first: number): string =>
      `subscription S { ${text} } fragment P on Product { performances(first: ${first}) { nodes { id } } }`;
    expect(mistakesIn(withPage(most))).toEqual([]);
    expect(mistakesIn(withPage(most + 1))).toEqual([
      'Each change of an event could hold 101 fields, the limit is 100: ask for the rest by a query',
    ]);
  });
});
