import type { LoadedFrom } from '../datasources/loaders.js';
import { traced, type Tracing } from './traced.js';

/** What loaders read from, with a span for each question that they gathered. Without tracing it is the same object. */
export function tracedInstitutions(
  institutions: ReadonlyMap<string, LoadedFrom>,
  tracing: Tracing | undefined,
): ReadonlyMap<string, LoadedFrom> {
  if (tracing === undefined) return institutions;
  return new Map([...institutions].map(([code, from]) => [code, tracedInstitution(code, from, tracing)]));
}

function tracedInstitution(institution: string, from: LoadedFrom, tracing: Tracing): LoadedFrom {
  const load = <Answer>(what: string, keys: number, ask: () => Promise<Answer>): Promise<Answer> =>
    traced(
      tracing,
      [`load ${what}`, { attributes: { 'foyer.institution': institution, 'foyer.keys': keys } }],
      ask,
    );
  return {
    availability: {
      ofPerformances: (ids) =>
        load('performanceAvailability', ids.length, () => from.availability.ofPerformances(ids)),
      ofProducts: (ids) => load('productAvailability', ids.length, () => from.availability.ofProducts(ids)),
      seats: (id, category) => load('seats', 1, () => from.availability.seats(id, category)),
    },
    contacts: {
      byNumbers: (numbers, parts) =>
        load('contact', numbers.length, () => from.contacts.byNumbers(numbers, parts)),
    },
  };
}
