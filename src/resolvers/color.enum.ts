import { registerEnumType } from 'type-graphql';
import type { AvailabilityColor } from '../domain/availability.js';

/** Used by the filters of the catalog as well as by availability. */
export const AvailabilityColorEnum = {
  GREEN: 'GREEN',
  ORANGE: 'ORANGE',
  RED: 'RED',
  GREY: 'GREY',
  UNKNOWN: 'UNKNOWN',
} as const satisfies Record<AvailabilityColor, AvailabilityColor>;

registerEnumType(AvailabilityColorEnum, {
  name: 'AvailabilityColor',
  description:
    "GREEN: on sale. ORANGE: few left, by the organiser's own alert ratio. RED: none now, may come back. GREY: not on sale. UNKNOWN: S-360 did not say.",
});
