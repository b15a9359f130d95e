import { AvailabilityChangedResolver } from './availability-changed.resolver.js';
import {
  AvailabilityResolver,
  PerformanceAvailabilityResolver,
  ProductAvailabilityResolver,
} from './availability.resolver.js';

export const availabilityResolvers = [
  AvailabilityResolver,
  ProductAvailabilityResolver,
  PerformanceAvailabilityResolver,
  AvailabilityChangedResolver,
] as const;
