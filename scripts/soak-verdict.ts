/** What a soak saw. */
export interface SoakFigures {
  /** When the process began, by its own metric: at the start of the soak and at its end. */
  readonly startedAt: readonly [number, number];
  /** Bytes after a full collection while nobody asked for anything: after the warm-up, and at the end. */
  readonly heap: readonly [number, number];
  readonly resident: readonly [number, number];
  /** Calls that S-360 refused because they broke a limit. */
  readonly brokenLimits: number;
  /** What subscribers were told that does not fit to what they were told before. */
  readonly contradictions: readonly string[];
  readonly orders: readonly SoakOrder[];
  readonly queries: number;
}

/** One order, as its client knows it in the end and as S-360's books have it. */
export interface SoakOrder {
  readonly key: string;
  /** Null: nobody knows. */
  readonly state: string | null;
  /** Times that it was closed at S-360, under its key, all its copies together. */
  readonly closes: number;
}

const MOST_GROWTH = 0.1;
/** Refused for good: nothing may have been sold. */
const NOT_SOLD = new Set(['REFUSED', 'REJECTED', 'EXPIRED', 'ABANDONED', 'CANCELLED']);

/** What is wrong, one line each; none: the soak is passed. */
export function problemsOfSoak(figures: SoakFigures): string[] {
  const { startedAt, heap, brokenLimits, contradictions, orders, queries } = figures;
  return [
    ...(startedAt[0] === startedAt[1] ? [] : ['the process did not live to the end']),
    ...growthOf('the heap', heap),
    ...(brokenLimits === 0 ? [] : [`${brokenLimits} calls broke a limit of S-360`]),
    ...contradictions,
    ...orders.flatMap(problemOfOrder),
    ...(orders.length > 0 && queries > 0 ? [] : ['nothing was asked, so nothing was shown']),
  ];
}

function growthOf(what: string, [before, after]: readonly [number, number]): string[] {
  const growth = after / before - 1;
  return growth <= MOST_GROWTH ? [] : [`${what} grew by ${Math.round(100 * growth)} %`];
}

function problemOfOrder({ key, state, closes }: SoakOrder): string[] {
  if (state === 'CLOSED') return closes === 1 ? [] : [`${key} is closed, but was closed ${closes} times`];
  if (state !== null && NOT_SOLD.has(state)) {
    return closes === 0 ? [] : [`${key} is ${state}, but was closed ${closes} times`];
  }
  return [`${key} ends ${state ?? 'unknown'}`];
}
