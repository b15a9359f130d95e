import { GraphQLScalarType, type GraphQLResolveInfo } from 'graphql';
import { Arg, createUnionType, Ctx, Field, Info, ObjectType, Query, Resolver } from 'type-graphql';
import { checkIntrospection } from '../../auth/introspection.js';
import type { RequestContext } from '../../context.js';
import { InvalidInputError } from '../../errors.js';
import { MAX_IDS } from '../arguments.js';
import { PerformanceType, ProductType } from '../catalog/catalog.types.js';
import { ContactType } from '../contacts/contact.types.js';
import { InstitutionType } from '../institutions/institution.types.js';
import { OrderType } from '../orders/order.types.js';
import { TicketType } from '../orders/ticket.types.js';
import { readReference, References } from './references.js';
import { subgraphSdl } from './subgraph-sdl.js';

/** Checked where it is read: only there is it known which one is wrong. */
const AnyScalar = new GraphQLScalarType<unknown, unknown>({
  name: '_Any',
  description: 'Federation: an entity by type and key, like `{ __typename: "Performance", id: "…" }`.',
});

const EntityUnion = createUnionType({
  name: '_Entity',
  types: () => [InstitutionType, ProductType, PerformanceType, ContactType, OrderType, TicketType] as const,
});

@ObjectType('_Service', { simpleResolvers: true })
class ServiceType {
  @Field(() => String)
  readonly sdl: string;

  constructor(sdl: string) {
    this.sdl = sdl;
  }
}

/** What makes the schema a subgraph of Federation 2. */
@Resolver()
export class EntitiesResolver {
  @Query(() => ServiceType, { name: '_service', description: 'Federation: for whoever composes graphs.' })
  service(@Info() { schema }: GraphQLResolveInfo, @Ctx() context: RequestContext): ServiceType {
    checkIntrospection(context);
    return new ServiceType(subgraphSdl(schema));
  }

  @Query(() => [EntityUnion], {
    name: '_entities',
    nullable: 'items',
    description: `Federation: at most ${MAX_IDS} entities, in the order asked; null where there is none.`,
  })
  entities(
    @Arg('representations', () => [AnyScalar]) representations: unknown[],
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (representations.length > MAX_IDS) {
      throw new InvalidInputError(
        'representations',
        `must have at most ${MAX_IDS} entries, got ${representations.length}`,
      );
    }
    const asked = representations.map((value, index) => readReference(`representations[${index}]`, value));
    const references = new References(asked, context, info);
    // A list of promises: what cannot be read fails its own slot only.
    return asked.map((reference) => references.entity(reference));
  }
}
