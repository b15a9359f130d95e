import {
  getNamedType,
  isAbstractType,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  ACCESS_RULES,
  ENTITY_ACCESS,
  SUBGRAPH_ACCESS_RULES,
  type AccessRule,
  type AccessRules,
} from '../../src/auth/access-rules.js';
import type { Scope } from '../../src/domain/caller.js';
import { ENTITY_KEYS } from '../../src/resolvers/federation/references.js';
import { guardFields } from '../../src/resolvers/guard-fields.js';
import { createSchema } from '../../src/resolvers/schema.js';

const schema = createSchema({ isSubgraph: true });

/** What a type may be read by, whatever way leads to it: one of these was asked for on each. */
const READ_BY: Readonly<Record<string, readonly Scope[]>> = {
  Product: ['catalog:read'],
  ProductItem: ['catalog:read'],
  Performance: ['catalog:read'],
  Price: ['catalog:read'],
  SeatCategory: ['catalog:read'],
  Tariff: ['catalog:read'],
  Topic: ['catalog:read'],
  Venue: ['catalog:read'],
  Timeslot: ['catalog:read'],
  SalesPeriod: ['catalog:read'],
  CatalogChange: ['catalog:read'],
  ProductChange: ['catalog:read'],
  Availability: ['availability:read'],
  SeatCategoryAvailability: ['availability:read'],
  Seat: ['availability:read'],
  SeatList: ['availability:read'],
  AvailabilityChange: ['availability:read'],
  AvailabilityUpdate: ['availability:read'],
  Contact: ['contacts:read', 'contacts:write'],
  ContactConnection: ['contacts:read'],
  Address: ['contacts:read'],
  Criterion: ['contacts:read'],
  Order: ['orders:read', 'orders:write'],
  OrderConnection: ['orders:read'],
  OrderLine: ['orders:read', 'orders:write'],
  OrderTransition: ['orders:read', 'orders:write'],
  OrderCheck: ['orders:write'],
  InDoubt: ['orders:read', 'orders:write'],
  Ticket: ['orders:read', 'orders:write'],
  Barcode: ['tickets:read'],
  Upstream: ['operator'],
  CallBudget: ['operator'],
  UpstreamMethod: ['operator'],
  PollPlanEntry: ['operator'],
  DriftFinding: ['operator'],
};

describe('the rules of access', () => {
  it('are one for each field of the schema, and none for anything else', () => {
    const named = (rules: AccessRules) =>
      Object.entries(rules).flatMap(([type, fields]) =>
        Object.keys(fields).map((field) => `${type}.${field}`),
      );
    const fields = objectTypes(schema).flatMap((type) =>
      Object.keys(type.getFields()).map((field) => `${type.name}.${field}`),
    );
    expect([...named(ACCESS_RULES), ...named(SUBGRAPH_ACCESS_RULES)].sort()).toEqual(fields.sort());
  });

  it('keep a schema with a field without rule, or a rule without field, from being made', () => {
    const rules = [ACCESS_RULES, SUBGRAPH_ACCESS_RULES];
    const { barcode: _barcode, ...others } = ACCESS_RULES['Ticket']!;
    const lacking = [{ ...ACCESS_RULES, Ticket: { ...others, secret: 'tickets:read' } } as const];
    expect(() => guardFields(createSchema(), lacking)).toThrow(
      'Ticket.barcode has no access rule\nTicket.secret has an access rule, but is no field',
    );
    expect(() => guardFields(createSchema(), rules)).toThrow(/Query\._entities has an access rule/);
  });

  it('ask on every way to a type for the scope that it is read by', () => {
    const ways = waysFrom(schema);
    const open = Object.entries(READ_BY).flatMap(([type, scopes]) => {
      const found = ways.filter((way) => way.type === type);
      expect([type, found.length > 0]).toEqual([type, true]);
      return found
        .filter(({ asked }) => !asked.some((rule) => scopesOf(rule).every((scope) => scopes.includes(scope))))
        .map(({ path }) => path);
    });
    expect(open).toEqual([]);
  });

  it('ask for a scope of its own, once more, before what opens a door or is somebody', () => {
    expect(ACCESS_RULES).toMatchObject({
      Institution: { upstream: 'operator' },
      Order: { printableUrl: 'tickets:read', contact: 'contacts:read' },
      Ticket: { barcode: 'tickets:read' },
      Contact: { lastName: 'contacts:read', email: 'contacts:read', addresses: 'contacts:read' },
    });
  });

  it('know what every entity is read by that is looked up by its key', () => {
    expect(Object.keys(ENTITY_ACCESS).sort()).toEqual(Object.keys(ENTITY_KEYS).sort());
    for (const [name, rule] of Object.entries(ENTITY_ACCESS)) {
      if (name === 'Institution') continue;
      expect([name, ...READ_BY[name]!]).toEqual(expect.arrayContaining([...scopesOf(rule)]));
    }
  });

  it('leave the properties of records to GraphQL itself', () => {
    const product = schema.getType('Product') as GraphQLObjectType;
    expect(product.getFields()['name']!.resolve).toBeUndefined();
    expect(product.getFields()['availability']!.resolve).toBeDefined();
  });
});

interface Way {
  readonly type: string;
  readonly asked: readonly AccessRule[];
  readonly path: string;
}

/** To every type, with every different list of what was asked on the way to it; entities also by their keys. */
function waysFrom(from: GraphQLSchema): Way[] {
  const seen = new Map<string, Way>();
  const walk = (type: GraphQLObjectType, asked: readonly AccessRule[], path: string): void => {
    const key = `${type.name} ${[...new Set(asked.map(String))].sort().join(' ')}`;
    if (seen.has(key)) return;
    seen.set(key, { type: type.name, asked, path });
    for (const field of Object.values(type.getFields())) {
      if (field.name === '_entities') continue;
      const rule = (ACCESS_RULES[type.name] ?? {})[field.name] ?? 'inherited';
      const then = rule === 'inherited' || rule === 'public' ? asked : [...asked, rule];
      const target = getNamedType(field.type);
      const targets = isAbstractType(target) ? from.getPossibleTypes(target) : [target];
      for (const next of targets) if (isObjectType(next)) walk(next, then, `${path}.${field.name}`);
    }
  };
  for (const root of ['Query', 'Mutation', 'Subscription']) {
    walk(from.getType(root) as GraphQLObjectType, [], root);
  }
  for (const [name, rule] of Object.entries(ENTITY_ACCESS)) {
    walk(from.getType(name) as GraphQLObjectType, [rule], `_entities(${name})`);
  }
  return [...seen.values()];
}

function scopesOf(rule: AccessRule): readonly Scope[] {
  if (rule === 'inherited' || rule === 'public') return [];
  return typeof rule === 'string' ? [rule] : rule;
}

function objectTypes(of: GraphQLSchema): GraphQLObjectType[] {
  return Object.values(of.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
  );
}
