import { defaultFieldResolver, isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import type { AccessRule, AccessRules } from '../auth/access-rules.js';
import { checkAccess } from '../auth/check-access.js';
import type { RequestContext } from '../context.js';

/**
 * Puts the rules before the fields. A subscription is checked when it begins and again at each event. Fields whose
 * rule is inherited stay as they are: they cost nothing. Throws when a field has no rule, or a rule has no field.
 */
export function guardFields(schema: GraphQLSchema, rules: readonly AccessRules[]): GraphQLSchema {
  const left = new Map(rules.flatMap(entriesOf));
  const problems: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const place = `${type.name}.${field.name}`;
      const rule = left.get(place);
      if (rule === undefined) problems.push(`${place} has no access rule`);
      else guard(field, rule, place);
      left.delete(place);
    }
  }
  problems.push(...[...left.keys()].map((place) => `${place} has an access rule, but is no field`));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return schema;
}

function entriesOf(rules: AccessRules): (readonly [string, AccessRule])[] {
  return Object.entries(rules).flatMap(([type, fields]) =>
    Object.entries(fields).map(([field, rule]) => [`${type}.${field}`, rule] as const),
  );
}

function guard(field: GraphQLField<unknown, RequestContext>, rule: AccessRule, place: string): void {
  if (rule === 'inherited' || rule === 'public') return;
  const { resolve = defaultFieldResolver, subscribe } = field;
  field.resolve = (source, args, context, info) => {
    checkAccess(context.caller, rule, place);
    return resolve(source, args, context, info);
  };
  if (subscribe === undefined) return;
  field.subscribe = (source, args, context, info) => {
    checkAccess(context.caller, rule, place);
    return subscribe(source, args, context, info);
  };
}
