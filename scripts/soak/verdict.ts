import type { Plan } from './purchases.js';

/** What a soak saw. */
export interface SoakFigures {
  /** When the process began, by its own metric: at the start of the soak and at its end. What nobody handles ends it. */
  readonly startedAt: readonly [number, number];
  /** Bytes after a full collection while nobody asked for anything: after the warm-up, and at the end. */
  readonly heap: readonly [number, number];
  readonly resident: readonly [number, number];
  /** Calls that S-360 refused because they broke a limit. */
  readonly brokenLimits: number;
  /** What subscribers were told that does not fit to what they were told before. */
  readonly contradictions: readonly string[];
  readonly orders: readonly SoakOrder[];
  readonly contacts: SoakContacts;
  readonly queries: number;
}

/** One order, as its client knows it in the end and as S-360's books have it. */
export interface SoakOrder {
  readonly key: string;
  readonly plan: Plan;
  /** Null: nobody knows. */
  readonly state: string | null;
  /** Times that it was closed at S-360, under its key, all its copies together. */
  readonly closes: number;
  /** Its tickets that still open a door, of all its copies. */
  readonly validTickets: number;
  readonly wanted: number;
}

export interface SoakContacts {
  /** Keys under which people became contacts, and keys of which nobody knows. */
  readonly known: number;
  readonly unknown: number;
  /** Contacts that S-360 has more than before. */
  readonly inBooks: number;
}

const MOST_GROWTH = 0.1;
/** Below this a process is still warming up, and its memory says nothing of the hours to come. */
const MINUTES_FOR_MEMORY = 5;
/** Nothing may have been sold. */
const NOT_SOLD = new Set(['REFUSED', 'REJECTED', 'EXPIRED', 'ABANDONED']);

/** What is wrong, one line each; none: the soak is passed. */
export function problemsOfSoak(figures: SoakFigures, minutes: number): string[] {
  const { startedAt, heap, brokenLimits, contradictions, orders, contacts, queries } = figures;
  const isAtWork = queries > 0 && contacts.known > 0 && orders.some(({ state }) => state === 'CLOSED');
  return [
    ...(startedAt[0] === startedAt[1] ? [] : ['the process did not live to the end']),
    ...(minutes >= MINUTES_FOR_MEMORY ? growthOf('the heap', heap) : []),
    ...(brokenLimits === 0 ? [] : [`${brokenLimits} calls broke a limit of S-360`]),
    ...contradictions,
    ...orders.flatMap(problemOfOrder),
    ...problemsOfContacts(contacts),
    ...(isAtWork ? [] : ['nothing was asked, sold or signed up, so nothing was shown']),
  ];
}

function growthOf(what: string, [before, after]: readonly [number, number]): string[] {
  const growth = after / before - 1;
  return growth <= MOST_GROWTH ? [] : [`${what} grew by ${Math.round(100 * growth)} %`];
}

/** What is wrong with one of them: one line, or none. */
export function problemOfOrder({ key, plan, state, closes, validTickets, wanted }: SoakOrder): string[] {
  const books = `closed ${closes} times with ${validTickets} valid tickets`;
  if (state === 'CLOSED' && plan === 'KEEP') {
    return closes === 1 && validTickets === wanted ? [] : [`${key} is CLOSED, but was ${books}`];
  }
  if (state === 'CANCELLED' && plan === 'CANCEL') {
    return closes === 1 && validTickets === 0 ? [] : [`${key} is CANCELLED, but was ${books}`];
  }
  if (state !== null && NOT_SOLD.has(state)) {
    return closes === 0 ? [] : [`${key} is ${state}, but was ${books}`];
  }
  return [`${key}, of a buyer who wanted to ${plan}, ends ${state ?? 'unknown'}`];
}

function problemsOfContacts({ known, unknown, inBooks }: SoakContacts): string[] {
  return [
    ...(unknown === 0 ? [] : [`${unknown} contacts end unknown`]),
    ...(unknown > 0 || inBooks === known ? [] : [`${known} people signed up, S-360 has ${inBooks} of them`]),
  ];
}
