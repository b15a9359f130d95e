import type { GraphQLSchema } from 'graphql';
import { isObjectType } from 'graphql';
import { Extensions, Field, type FieldOptions } from 'type-graphql';

/** The mark is seen by `runPlainFields` only; clients do not see extensions of fields. */
const PLAIN = 'foyer.plain';

type TypeOf = NonNullable<Parameters<typeof Field>[0]>;

/**
 * `@Field` for what an object answers at once, by itself: a property, a getter, or a method. Methods are called as
 * GraphQL calls them, with (args, context); `@Args(() => …)` on the first parameter declares the arguments. Such
 * fields run without type-graphql's wrapper, which makes a promise of every field with arguments: a page of 50
 * products asks for thousands of names and prices.
 */
export function PlainField(type: TypeOf, options: FieldOptions = {}): PropertyDecorator & MethodDecorator {
  return (target: object, key: string | symbol, descriptor?: PropertyDescriptor) => {
    Field(type, options)(target, key, descriptor as PropertyDescriptor);
    Extensions({ [PLAIN]: true })(target, key, descriptor as PropertyDescriptor);
  };
}

/** Leaves plain fields to GraphQL's own resolver: it reads the property, or calls the method with (args, context). */
export function runPlainFields(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.extensions[PLAIN] === true) delete field.resolve;
    }
  }
  return schema;
}
