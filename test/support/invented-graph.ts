import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getNullableType,
  isEnumType,
  isListType,
  isObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { createTicker } from './ticker.js';

/** The public schema over invented values, for looking at pages without a gateway behind them. */
export interface InventedGraph {
  readonly schema: GraphQLSchema;
  /** Sends an event to every subscription. */
  readonly tick: (value: number) => void;
  readonly subscribers: () => number;
}

export function inventGraph(): InventedGraph {
  const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));
  const ticker = createTicker();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      field.resolve = () => invent(field.type, field.name);
      if (type === schema.getSubscriptionType()) field.subscribe = ticker.watch;
    }
  }
  return { schema, tick: ticker.tick, subscribers: ticker.subscribers };
}

function invent(outputType: GraphQLOutputType, name: string): unknown {
  const type = getNullableType(outputType);
  if (isListType(type)) return [invent(type.ofType, name), invent(type.ofType, name)];
  if (isEnumType(type)) return type.getValues()[0]?.value;
  if (isObjectType(type)) return {};
  switch (type.toString()) {
    case 'Int':
    case 'Float':
      return 42;
    case 'Boolean':
      return true;
    case 'DateTime':
      return '2030-01-31T20:00:00+01:00';
    case 'Decimal':
      return '45.00';
    default:
      return `some ${name}`;
  }
}
