import { specifiedDirectives, type GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { ACCESS_RULES, SUBGRAPH_ACCESS_RULES } from '../auth/access-rules.js';
import { availabilityResolvers } from './availability/index.js';
import { CatalogChangedResolver } from './catalog/catalog-changed.resolver.js';
import { CatalogResolver } from './catalog/catalog.resolver.js';
import { ContactsResolver } from './contacts/contacts.resolver.js';
import { CACHE_CONTROL_DIRECTIVE, FEDERATION_DIRECTIVES } from './federation/directives.js';
import { EntitiesResolver } from './federation/entities.resolver.js';
import { guardFields } from './guard-fields.js';
import { InstitutionResolver } from './institutions/institution.resolver.js';
import { orderResolvers } from './orders/index.js';
import { paceLists } from './pace-lists.js';
import { runPlainFields } from './plain-field.js';

export interface SchemaOptions {
  /** Adds `_service` and `_entities`, by which a router takes it as a subgraph. Default false. */
  readonly isSubgraph?: boolean;
  /** The answer to a query may really hold so many fields in lists. Default: any number. */
  readonly maxFields?: number;
}

/** The resolver classes as an executable schema; the committed `schema/schema.graphql` is printed from it. */
export function createSchema({ isSubgraph = false, maxFields }: SchemaOptions = {}): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      InstitutionResolver,
      CatalogResolver,
      CatalogChangedResolver,
      ...availabilityResolvers,
      ContactsResolver,
      ...orderResolvers,
      ...(isSubgraph ? [EntitiesResolver] : []),
    ],
    directives: [...specifiedDirectives, ...FEDERATION_DIRECTIVES, CACHE_CONTROL_DIRECTIVE],
    // Arguments are checked where they are used, by rules that need more than their own value.
    validate: false,
    pubSub: NO_TOPICS,
  });
  return guardFields(paceLists(runPlainFields(schema), maxFields), [
    ACCESS_RULES,
    ...(isSubgraph ? [SUBGRAPH_ACCESS_RULES] : []),
  ]);
}

/** type-graphql wants one as soon as there are subscriptions; all of ours bring their own streams. */
const NO_TOPICS = {
  publish(): void {
    throw new Error('subscriptions have no topics here');
  },
  subscribe(): never {
    throw new Error('subscriptions have no topics here');
  },
};
