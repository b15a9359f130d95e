import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLEnumType,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLString,
} from 'graphql';
import { Directive } from 'type-graphql';

type Decorator = ClassDecorator & PropertyDecorator & MethodDecorator;

/** An entity: other subgraphs refer to it by this field, and add fields of theirs to it. */
export function Key(field: string): ClassDecorator {
  return decorator(`@key(fields: "${field}")`);
}

/** A type so common that other subgraphs may have the same one. */
export function Shareable(): ClassDecorator {
  return decorator('@shareable');
}

/** For the partner's operators: a contract variant of the supergraph can leave it out for everybody else. */
export function ForOperators(): Decorator {
  return decorator('@tag(name: "operator")');
}

/** How long an answer with it may be kept, at most; what it is made of may be due earlier. Inherited downwards. */
export function CachedFor(seconds: number): Decorator {
  return decorator(`@cacheControl(maxAge: ${seconds})`);
}

/** Somebody's own: never kept by anybody else. */
export function Personal(): Decorator {
  return decorator('@cacheControl(maxAge: 0, scope: PRIVATE)');
}

/** Definitions of the directives above; those of federation as a subgraph may write them out. */
export const FEDERATION_DIRECTIVES: readonly GraphQLDirective[] = [
  new GraphQLDirective({
    name: 'key',
    description: 'Federation: an entity and the field that names it.',
    locations: [DirectiveLocation.OBJECT, DirectiveLocation.INTERFACE],
    isRepeatable: true,
    args: { fields: { type: new GraphQLNonNull(GraphQLString) } },
  }),
  new GraphQLDirective({
    name: 'shareable',
    description: 'Federation: other subgraphs may define it too.',
    locations: [DirectiveLocation.OBJECT, DirectiveLocation.FIELD_DEFINITION],
  }),
  new GraphQLDirective({
    name: 'tag',
    description: 'Federation: a label that contract variants of the supergraph filter by.',
    locations: [DirectiveLocation.OBJECT, DirectiveLocation.FIELD_DEFINITION],
    isRepeatable: true,
    args: { name: { type: new GraphQLNonNull(GraphQLString) } },
  }),
];

const CacheControlScope = new GraphQLEnumType({
  name: 'CacheControlScope',
  values: { PUBLIC: {}, PRIVATE: {} },
});

/** Not of federation: every subgraph brings its own definition, always this one. */
export const CACHE_CONTROL_DIRECTIVE = new GraphQLDirective({
  name: 'cacheControl',
  description: 'How long an answer with it may be kept, in seconds, and by whom.',
  locations: [
    DirectiveLocation.FIELD_DEFINITION,
    DirectiveLocation.OBJECT,
    DirectiveLocation.INTERFACE,
    DirectiveLocation.UNION,
  ],
  args: {
    maxAge: { type: GraphQLInt },
    scope: { type: CacheControlScope },
    inheritMaxAge: { type: GraphQLBoolean },
  },
});

function decorator(text: string): Decorator {
  return Directive(text);
}
