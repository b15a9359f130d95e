import { composeServices, type CompositionResult } from '@theguild/federation-composition';
import { graphql, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { anonymous } from '../../src/domain/caller.js';
import { createSchema } from '../../src/resolvers/schema.js';
import { subgraphSdl } from '../../src/resolvers/federation/subgraph-sdl.js';

const FOYER = subgraphSdl(createSchema());

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external"])`;

function composed(sdl: string): CompositionResult {
  return composeServices([
    { name: 'foyer', typeDefs: parse(FOYER), url: 'http://foyer.example/graphql' },
    { name: 'partner', typeDefs: parse(`${LINK}\n${sdl}`), url: 'http://partner.example/graphql' },
  ]);
}

describe("the subgraph's SDL", () => {
  it('is what `_service` answers, and has none of the fields that every subgraph has', async () => {
    const schema = createSchema({ isSubgraph: true });
    const { data, errors } = await graphql({
      schema,
      source: '{ _service { sdl } }',
      contextValue: { mayIntrospect: true },
    });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ _service: { sdl: FOYER } });
    expect(FOYER).not.toMatch(/_entities|_Any|_Entity|_Service|directive @(key|shareable|tag)/);
  });

  it('is told to nobody who may not read the schema', async () => {
    const { data, errors } = await graphql({
      schema: createSchema({ isSubgraph: true }),
      source: '{ _service { sdl } }',
      contextValue: { mayIntrospect: false, caller: anonymous(new Set(['catalog:read'])) },
    });
    expect(data ?? null).toBeNull();
    expect(errors?.map(({ originalError }) => originalError?.name)).toEqual(['UnauthenticatedError']);
  });

  it('names the key of every entity', () => {
    const keys = [...FOYER.matchAll(/^type (\w+) @key\(fields: "(\w+)"\)/gm)].map(([, type, key]) => [
      type,
      key,
    ]);
    expect(keys).toEqual([
      ['Contact', 'id'],
      ['Institution', 'code'],
      ['Order', 'id'],
      ['Performance', 'id'],
      ['Product', 'id'],
      ['Ticket', 'id'],
    ]);
  });

  it('marks what is for operators, so that a contract can leave it out', () => {
    expect(FOYER).toMatch(/ {2}upstream: Upstream! @tag\(name: "operator"\)/);
    expect([...FOYER.matchAll(/^type (\w+) @tag\(name: "operator"\)/gm)].map(([, type]) => type)).toEqual([
      'CallBudget',
      'DriftFinding',
      'PollPlanEntry',
      'Upstream',
      'UpstreamMethod',
    ]);
  });

  it('composes with a subgraph that adds to every entity, refers to them, and shares common types', () => {
    const { errors, supergraphSdl } = composed(`
      type Query { posts: [Post!]! }
      type Post { id: ID! about: Performance! price: Money page: PageInfo }
      type Institution @key(fields: "code") { code: ID! rating: Int }
      type Product @key(fields: "id") { id: ID! rating: Int }
      type Performance @key(fields: "id") { id: ID! rating: Int }
      type Contact @key(fields: "id") { id: ID! rating: Int }
      type Order @key(fields: "id") { id: ID! rating: Int }
      type Ticket @key(fields: "id") { id: ID! rating: Int }
      type Money @shareable { amount: Decimal! minorUnits: Int! currency: String! }
      type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
      scalar Decimal`);
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toMatch(/type Ticket[^{]*join__type\(graph: PARTNER, key: "id"\)/);
  });

  it('does not compose with one that claims what only S-360 knows', () => {
    const { errors } = composed(`
      type Query { posts: Int }
      type Performance @key(fields: "id") { id: ID! startsAt: DateTime! }
      scalar DateTime`);
    expect(errors?.map(({ message }) => message).join('\n')).toMatch(/Performance\.startsAt/);
  });
});

describe('the public schema', () => {
  it('has no entry for routers unless it is asked to be a subgraph', () => {
    expect(Object.keys(createSchema().getQueryType()!.getFields())).not.toContain('_entities');
  });
});
