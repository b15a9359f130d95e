import type { RequestContext } from '../../context.js';
import type { GlobalId } from '../../domain/ids.js';
import { noteFreshness } from '../answer-age.js';
import type { PerformanceType, ProductType } from '../catalog/catalog.types.js';
import { AvailabilityType } from './availability.types.js';
import { derivedAvailability, shownAvailability } from './derived-availability.js';

export async function availabilityOfPerformance(
  performance: PerformanceType,
  context: RequestContext,
): Promise<AvailabilityType> {
  const key = { institution: performance.owner.code, s360Id: performance.record.id };
  const reading = await context.loaders.performanceAvailability.load(key);
  noteFreshness(context, reading.freshness);
  return new AvailabilityType(shownAvailability(reading), performance.product, performance);
}

/** Its own; of a product with performances, what follows from theirs. */
export async function availabilityOfProduct(
  product: ProductType,
  context: RequestContext,
): Promise<AvailabilityType> {
  const { performanceAvailability, productAvailability } = context.loaders;
  const keyOf = (s360Id: string): GlobalId => ({ institution: product.owner.code, s360Id });
  const [first, ...others] = await Promise.all(
    product.record.performances.map(({ id }) => performanceAvailability.load(keyOf(id))),
  );
  const shown =
    first === undefined
      ? shownAvailability(await productAvailability.load(keyOf(product.record.id)))
      : derivedAvailability([first, ...others]);
  noteFreshness(context, shown.freshness);
  return new AvailabilityType(shown, product, null);
}
