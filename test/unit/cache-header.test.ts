import { Kind, parse, type OperationDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { ANYBODY, type Caller } from '../../src/domain/caller.js';
import { cacheHeaderOf } from '../../src/resolvers/cache-header.js';
import { createSchema } from '../../src/resolvers/schema.js';

const document = parse('{ institutions { code } products { totalCount } }');
const operation = document.definitions.find(
  (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
)!;

function headerFor(caller: Caller): string {
  const catalog = { freshness: () => ({ staleReason: null, nextRefreshAt: 1_000_000 }) };
  const context = { caller, institutions: new Map([['lyric', { catalog }]]), loaders: {}, now: () => 0 };
  return cacheHeaderOf({ schema: createSchema(), document, operation, context: context as never });
}

describe('an answer from the catalog', () => {
  it('is for every cache when it needs no credential', () => {
    expect(headerFor(ANYBODY)).toMatch(/^max-age=\d+, public$/);
  });

  it('is only for the cache of whoever gave one, as others may see less', () => {
    expect(headerFor({ ...ANYBODY, isAnonymous: false })).toMatch(/^max-age=\d+, private$/);
  });
});
