import DataLoader from 'dataloader';
import type { Contact, ContactPart } from '../domain/contact.js';
import type { ObservedAvailability, Seat } from '../domain/availability.js';
import type { Freshness } from '../domain/freshness.js';
import type { GlobalId } from '../domain/ids.js';
import { LimitExceededError, OperationTimeoutError } from '../errors.js';
import { FairSlices, type Pace } from '../cache/fair-slices.js';

/** One DataLoader for each kind of key, new for each operation. */
export interface Loaders {
  readonly performanceAvailability: DataLoader<GlobalId, AvailabilityReading>;
  /** Of products without performances. */
  readonly productAvailability: DataLoader<GlobalId, AvailabilityReading>;
  /**
   * Single seats of a performance, of one category or (null) of all. S-360 has no call for several performances, so
   * an operation that asks for a second one gets a LimitExceededError: a list could spend the minute's calls at once.
   */
  readonly seats: (performance: GlobalId, seatCategoryId: string | null) => Promise<SeatsReading>;
  /**
   * At least these parts of a contact; null when S-360 knows no such contact. All that is asked in one turn is one
   * question to each institution, with the parts that anybody asked for.
   */
  readonly contact: (contact: GlobalId, parts: ReadonlySet<ContactPart>) => Promise<Contact | null>;
  /** Of whoever makes long answers; what is loaded on the way is gathered until nothing of the answer waits for its turn. */
  readonly pace: Pace;
  /** Nobody waits for the operation any more: whatever is asked from now on rejects with OperationTimeoutError. */
  readonly close: () => void;
  /** Calls when they are closed. */
  readonly onceClosed: (act: () => void) => void;
  /** For whatever else takes long: throws OperationTimeoutError when nobody waits any more. */
  readonly checkOpen: () => void;
}

export interface SeatsReading {
  readonly seats: readonly Seat[];
  readonly freshness: Freshness;
}

export interface AvailabilityReading {
  /** Null: never observed. */
  readonly observed: ObservedAvailability | null;
  readonly freshness: Freshness;
}

/** One institution, as far as loaders read from it. */
export interface LoadedFrom {
  readonly availability: {
    ofPerformances(performanceIds: readonly string[]): Promise<AvailabilityReading[]>;
    ofProducts(productIds: readonly string[]): Promise<AvailabilityReading[]>;
    seats(performanceId: string, seatCategoryId: string | null): Promise<SeatsReading>;
  };
  readonly contacts: {
    byNumbers(
      numbers: readonly string[],
      parts: ReadonlySet<ContactPart>,
    ): Promise<readonly (Contact | null)[]>;
  };
}

/**
 * Gathers what one operation reads into one question for each institution and kind, however long its lists are. They
 * remember nothing (`cache: false`): a subscription's context lives for many events, and the board remembers anyway.
 */
export function createLoaders(
  institutions: ReadonlyMap<string, LoadedFrom>,
  pace: Pace = new FairSlices().begin(),
): Loaders {
  let isClosed = false;
  let acts: (() => void)[] = [];
  const checkOpen = (): void => {
    if (isClosed) throw new OperationTimeoutError('Nobody waits for this operation any more');
  };
  const institutionOf: InstitutionLookUp = (code) => {
    checkOpen();
    const found = institutions.get(code);
    if (found === undefined)
      throw new Error(`no institution ${code}: ids are checked before they are loaded`);
    return found;
  };
  return {
    performanceAvailability: perInstitution(pace, async (code, ids) =>
      institutionOf(code).availability.ofPerformances(ids),
    ),
    productAvailability: perInstitution(pace, async (code, ids) =>
      institutionOf(code).availability.ofProducts(ids),
    ),
    seats: seatsOfOnePerformance(institutionOf),
    contact: contactWithParts(pace, institutionOf),
    pace,
    close: () => {
      isClosed = true;
      const due = acts;
      acts = [];
      for (const act of due) act();
    },
    onceClosed: (act) => {
      if (isClosed) act();
      else acts.push(act);
    },
    checkOpen,
  };
}

type InstitutionLookUp = (code: string) => LoadedFrom;

function seatsOfOnePerformance(institutionOf: InstitutionLookUp): Loaders['seats'] {
  let first: GlobalId | null = null;
  return async (performance, seatCategoryId) => {
    first ??= performance;
    if (first.institution !== performance.institution || first.s360Id !== performance.s360Id) {
      throw new LimitExceededError(
        '`seats` can be asked of one performance in an operation, got a second one',
      );
    }
    return institutionOf(performance.institution).availability.seats(performance.s360Id, seatCategoryId);
  };
}

function contactWithParts(pace: Pace, institutionOf: InstitutionLookUp): Loaders['contact'] {
  const loader = perInstitution<Contact | null, ContactKey>(pace, async (code, numbers, keys) => {
    const parts = new Set(keys.flatMap((key) => [...key.parts]));
    return institutionOf(code).contacts.byNumbers(numbers, parts);
  });
  return ({ institution, s360Id }, parts) => loader.load({ institution, s360Id, parts });
}

interface ContactKey extends GlobalId {
  readonly parts: ReadonlySet<ContactPart>;
}

/** A failing institution fails its own keys only. */
function perInstitution<Value, Key extends GlobalId = GlobalId>(
  pace: Pace,
  load: (institution: string, ids: readonly string[], keys: readonly Key[]) => Promise<readonly Value[]>,
): DataLoader<Key, Value> {
  return new DataLoader<Key, Value>(
    async (keys) => {
      const answers = new Map<string, Map<string, Value | Error>>();
      for (const { institution } of keys) answers.set(institution, new Map());
      await Promise.all(
        [...answers].map(async ([institution, own]) => {
          const ownKeys = keys.filter((key) => key.institution === institution);
          const ids = [...new Set(ownKeys.map(({ s360Id }) => s360Id))];
          try {
            const values = await load(institution, ids, ownKeys);
            ids.forEach((id, index) => own.set(id, values[index]!));
          } catch (error) {
            for (const id of ids) own.set(id, error instanceof Error ? error : new Error(String(error)));
          }
        }),
      );
      return keys.map(({ institution, s360Id }) => answers.get(institution)!.get(s360Id)!);
    },
    { cache: false, batchScheduleFn: (dispatch) => whenAllIsAsked(pace, dispatch) },
  );
}

/** As DataLoader does it, after the promises of now; and not while the rest of a long answer may ask for more. */
function whenAllIsAsked(pace: Pace, dispatch: () => void): void {
  void Promise.resolve().then(() =>
    process.nextTick(() =>
      pace.isWaiting() ? pace.onceCaughtUp(() => whenAllIsAsked(pace, dispatch)) : dispatch(),
    ),
  );
}
