import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import { parseGlobalId } from '../../domain/ids.js';
import type { Institution } from '../../services/institution.types.js';
import { noteDue } from '../answer-age.js';
import { checkPageSize, institutionsNamed } from '../arguments.js';
import { pageOf } from '../paging.js';
import { PerformancesArgs, ProductsArgs } from './catalog.args.js';
import {
  cursorAfter,
  PERFORMANCE_ORDER,
  performanceConnection,
  PerformanceConnectionType,
  placeAfter,
  productConnection,
  ProductConnectionType,
} from './catalog.connections.js';
import { performanceFilter, productFilter } from './catalog.filter.js';
import { performanceOf, PerformanceType, productOf, ProductType } from './catalog.types.js';
import { loaded, loadedOnes, type LoadedInstitution } from './loaded.js';
import { ORDER_MINUTE_MS, ProductOrders } from './product-orders.js';
import { CachedFor } from '../federation/directives.js';

@Resolver(() => ProductType)
export class CatalogResolver {
  private readonly orders = new ProductOrders();

  @Query(() => ProductType, { nullable: true, description: 'Null when no catalog has it.' })
  product(@Arg('id', () => ID) id: string, @Ctx() { institutions }: RequestContext): ProductType | null {
    const { institution, s360Id } = parseGlobalId('id', id);
    const owner = institutions.get(institution);
    return owner ? productOf(owner, loaded(owner).snapshot, s360Id) : null;
  }

  @Query(() => PerformanceType, { nullable: true, description: 'Null when no catalog has it.' })
  performance(
    @Arg('id', () => ID) id: string,
    @Ctx() { institutions }: RequestContext,
  ): PerformanceType | null {
    const { institution, s360Id } = parseGlobalId('id', id);
    const owner = institutions.get(institution);
    return owner ? performanceOf(owner, loaded(owner).snapshot, s360Id) : null;
  }

  @CachedFor(60)
  @Query(() => ProductConnectionType, { description: 'What all institutions sell, filtered and sorted.' })
  async products(@Args(() => ProductsArgs) args: ProductsArgs, @Ctx() context: RequestContext) {
    const first = checkPageSize('first', args.first);
    noteColorFilter(args.filter, context);
    const isShownBy = productFilter(args.filter, context.now());
    const institutions = institutionsFor(args.filter?.institutions, context.institutions);
    const cursor = cursorAfter(args.after, args.sort);
    const order = this.orders.order(args.sort, cursor?.asOf ?? minuteOf(context.now()), context.languages);
    const lists = await Promise.all(
      institutions.map(async (one) => {
        const isShown = isShownBy(one);
        return {
          institution: one.institution.code,
          entries: await order.entriesOf(one.snapshot),
          isShown: isShown && (({ product }: { product: ProductType['record'] }) => isShown(product)),
        };
      }),
    );
    return productConnection(pageOf(lists, order, { first, after: placeAfter(cursor, order) }), institutions);
  }

  @CachedFor(60)
  @Query(() => PerformanceConnectionType, {
    description: 'The performances of all institutions, filtered, by start.',
  })
  performances(@Args(() => PerformancesArgs) args: PerformancesArgs, @Ctx() context: RequestContext) {
    const institutions = institutionsFor(args.filter?.institutions, context.institutions);
    return performancesPage(args, context, institutions, ({ snapshot }) => snapshot.performances);
  }

  @FieldResolver(() => PerformanceConnectionType, {
    name: 'performances',
    description: 'By start; empty for a product that is not sold by performances.',
  })
  performancesOfProduct(
    @Root() { owner, snapshot, record }: ProductType,
    @Args(() => PerformancesArgs) args: PerformancesArgs,
    @Ctx() context: RequestContext,
  ) {
    const isOwner = institutionsNamed(
      'filter.institutions',
      args.filter?.institutions,
      context.institutions,
    ).includes(owner);
    const institutions = isOwner ? [{ institution: owner, snapshot }] : [];
    return performancesPage(args, context, institutions, () => record.performances);
  }
}

function performancesPage(
  args: PerformancesArgs,
  context: RequestContext,
  institutions: readonly LoadedInstitution[],
  entriesOf: (of: LoadedInstitution) => readonly PerformanceType['record'][],
) {
  const first = checkPageSize('first', args.first);
  noteColorFilter(args.filter, context);
  const isShownBy = performanceFilter(args.filter, context.now());
  const after = placeAfter(cursorAfter(args.after, PERFORMANCE_ORDER.sort), PERFORMANCE_ORDER);
  const lists = institutions.map((one) => ({
    institution: one.institution.code,
    entries: entriesOf(one),
    isShown: isShownBy(one),
  }));
  return performanceConnection(pageOf(lists, PERFORMANCE_ORDER, { first, after }), institutions);
}

/** Which entries such a list has depends on colors that are not in it. */
function noteColorFilter(
  filter: PerformancesArgs['filter'] | ProductsArgs['filter'],
  context: RequestContext,
): void {
  const dependsOnColors = (filter?.colors ?? filter?.saleStatus ?? null) !== null;
  if (dependsOnColors) noteDue(context, null);
}

/** Those named must have a catalog; of all, those that have none yet are left out. */
function institutionsFor(
  codes: readonly string[] | null | undefined,
  institutions: ReadonlyMap<string, Institution>,
): LoadedInstitution[] {
  const named = institutionsNamed('filter.institutions', codes, institutions);
  return codes === null || codes === undefined ? loadedOnes(named) : named.map(loaded);
}

/** All requests of a minute share one order. */
function minuteOf(now: number): number {
  return Math.floor(now / ORDER_MINUTE_MS) * ORDER_MINUTE_MS;
}
