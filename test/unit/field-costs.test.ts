import { isListType, isObjectType, getNullableType } from 'graphql';
import { expect, it } from 'vitest';
import { FIELD_COSTS } from '../../src/resolvers/field-costs.js';
import { createSchema } from '../../src/resolvers/schema.js';

const schema = createSchema();
const { weights, listSizes, changeLists } = FIELD_COSTS;

it.each([...weights.keys(), ...listSizes.keys(), ...changeLists])('%s is a field of the graph', (place) => {
  const [typeName = '', fieldName = ''] = place.split('.');
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  expect(field).toBeDefined();
  expect(isListType(getNullableType(field!.type)) || weights.has(place)).toBe(true);
});
