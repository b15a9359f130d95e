import { randomUUID } from 'node:crypto';
import type { PointOfSales } from '../domain/institution.js';
import { decodeCatalogPart } from '../domain/catalog-part.js';
import type { TextStore } from './store.js';
import { catalogHeadKey, catalogLoadingKey, catalogPartKey } from './keys.js';
import { CatalogSnapshotBuilder, type IndexedCatalog } from './catalog-snapshot.js';

/** What is known of a stored catalog. Times are epoch ms. */
export interface StoredCatalogFacts {
  readonly version: string;
  readonly setupUpdatedAt: number | null;
  /** When S-360 sent it. */
  readonly observedAt: number;
  /** When S-360 last said that it still holds. */
  readonly confirmedAt: number;
  readonly pointOfSales: PointOfSales;
  /** When S-360 said so about the point of sales. */
  readonly pointOfSalesAt: number;
}

export interface RestoredCatalog {
  readonly snapshot: IndexedCatalog;
  readonly facts: StoredCatalogFacts;
}

/** `snapshot` is null where the catalog is the one that is known here. */
export interface CatalogNews {
  readonly snapshot: IndexedCatalog | null;
  readonly facts: StoredCatalogFacts;
}

interface Head extends StoredCatalogFacts {
  readonly format: number;
  readonly load: string;
  readonly parts: number;
  /** The load whose place it took, to be removed by whoever finds it still there. */
  readonly replaces: string | null;
}

/** Changes with what parts or heads look like: what an older release stored is then a miss. */
const FORMAT = 1;
/** After this nobody is still at work on a load. */
const LONGEST_LOAD_MS = 60 * 60_000;

/**
 * Where one institution's catalog survives a restart: its parts as they came, and a head that says which of them
 * count. The head is written when all parts are there, so a process that dies leaves the catalog before.
 */
export class CatalogStore {
  #head: Head | null = null;

  constructor(
    private readonly institution: string,
    private readonly store: TextStore,
    /** Null: nobody else writes there. What several replicas write is not tidied by one that only starts. */
    private readonly shared: { now(): number } | null = null,
  ) {}

  /** Null when nothing was stored, or not the whole of it, or `signal` aborts: a large catalog takes seconds. */
  async restore(signal?: AbortSignal): Promise<RestoredCatalog | null> {
    const head = await this.#readHead();
    await this.#removeAbandoned(head?.load ?? null);
    if (head === null) return null;
    if (head.replaces !== null) await this.#removeParts(head.replaces);
    const restored = await this.#build(head, signal);
    // Another replica's catalog that cannot be read must not be taken for the one that is served.
    if (restored !== null || this.shared === null) this.#head = head;
    return restored;
  }

  /** What another replica stored or confirmed since; null when that is nothing. */
  async news(signal?: AbortSignal): Promise<CatalogNews | null> {
    await this.#refill();
    const head = await this.#readHead();
    if (head === null) return null;
    if (head.load !== this.#head?.load) {
      // Given back by a replica that missed the latest one.
      if (this.#head !== null && head.observedAt < this.#head.observedAt) return null;
      return this.restore(signal);
    }
    this.#head = head;
    return { snapshot: null, facts: head };
  }

  async #build(head: Head, signal?: AbortSignal): Promise<RestoredCatalog | null> {
    const builder = new CatalogSnapshotBuilder(this.institution);
    for (let part = 0; part < head.parts; part += 1) {
      const text = await this.store.get(catalogPartKey(this.institution, head.load, part));
      if (typeof text !== 'string' || signal?.aborted === true) return null;
      try {
        await builder.add(decodeCatalogPart(text));
      } catch {
        return null;
      }
    }
    const snapshot = await builder.finish(head);
    if (snapshot.version !== head.version) return null;
    const pointOfSales = completed(head.pointOfSales);
    if (pointOfSales === head.pointOfSales) return { snapshot, facts: head };
    // Asked again at the next look: what an older release stored says nothing about the newer members.
    const facts = { ...head, pointOfSales, pointOfSalesAt: 0 };
    return { snapshot: snapshot.with({ pointOfSales }), facts };
  }

  /** A place for the parts of a new catalog, beside the one that is kept. */
  async begin(): Promise<CatalogWriter> {
    const load = randomUUID();
    const mark = this.shared === null ? load : `${load}@${this.shared.now()}`;
    await this.store.set(catalogLoadingKey(this.institution), mark);
    return new CatalogWriter(this.institution, load, this.store);
  }

  /** Makes what was written the catalog that is kept. False: it could not be stored, and the one before stays. */
  async commit(writer: CatalogWriter, facts: StoredCatalogFacts): Promise<boolean> {
    const { load, parts } = writer;
    const before = this.#head;
    const head = { ...facts, format: FORMAT, load, parts, replaces: before?.load ?? null };
    if (!writer.isComplete() || !(await this.#writeHead(head))) {
      await this.abandon(writer);
      return false;
    }
    await this.store.delete(catalogLoadingKey(this.institution));
    if (before !== null) await this.#removeParts(before.load);
    return true;
  }

  async abandon(writer: CatalogWriter): Promise<void> {
    await this.#removeParts(writer.load);
    await this.store.delete(catalogLoadingKey(this.institution));
  }

  /** What S-360 said since about the catalog that is kept; nothing while none is. */
  async update(facts: StoredCatalogFacts): Promise<void> {
    // The parts of an older one are gone.
    if (this.shared !== null && (await this.#readHead())?.load !== this.#head?.load) return;
    if (this.#head !== null) await this.#writeHead({ ...this.#head, ...facts });
  }

  async #writeHead(head: Head): Promise<boolean> {
    const isWritten = await this.store.set(catalogHeadKey(this.institution), JSON.stringify(head));
    if (isWritten) this.#head = head;
    return isWritten;
  }

  async #readHead(): Promise<Head | null> {
    return readHead(await this.store.get(catalogHeadKey(this.institution)));
  }

  /** Where the replicas lost what they shared, this one gives its own. */
  async #refill(): Promise<void> {
    const head = this.#head;
    if (head === null) return;
    const parts = Array.from({ length: head.parts }, (_, part) =>
      catalogPartKey(this.institution, head.load, part),
    );
    await this.store.refill?.([...parts, catalogHeadKey(this.institution)]);
  }

  /** Parts of a load during which the process died. */
  async #removeAbandoned(kept: string | null): Promise<void> {
    const mark = await this.store.get(catalogLoadingKey(this.institution));
    if (typeof mark !== 'string') return;
    const [load = '', startedAt] = mark.split('@');
    // Another replica may be loading just now.
    if (this.shared !== null && !(this.shared.now() - Number(startedAt) > LONGEST_LOAD_MS)) return;
    if (load !== kept) await this.#removeParts(load);
    await this.store.delete(catalogLoadingKey(this.institution));
  }

  /** A part that is already gone may have been removed by a process that died at it; the next tells. */
  async #removeParts(load: string): Promise<void> {
    let missing = 0;
    for (let part = 0; missing < 2; part += 1) {
      const existed = await this.store.delete(catalogPartKey(this.institution, load, part));
      missing = existed ? 0 : missing + 1;
    }
  }
}

/** Takes the parts of one load, one after the other. */
export class CatalogWriter {
  #parts = 0;
  #isComplete = true;

  constructor(
    private readonly institution: string,
    readonly load: string,
    private readonly store: TextStore,
  ) {}

  get parts(): number {
    return this.#parts;
  }

  /** False when a part could not be stored: the catalog can be served, but not kept. */
  isComplete(): boolean {
    return this.#isComplete;
  }

  async add(part: string): Promise<void> {
    if (!this.#isComplete) return;
    this.#isComplete = await this.store.set(catalogPartKey(this.institution, this.load, this.#parts), part);
    this.#parts += 1;
  }
}

/** With what an older release did not read yet: allowed, as where S-360 says nothing. The same object when nothing lacks. */
function completed(stored: PointOfSales): PointOfSales {
  const usual = {
    contactCreationAllowed: true,
    contactAccessAllowed: true,
    contactRequiredKinds: [],
    isSelling: true,
  };
  return Object.keys(usual).every((member) => member in stored) ? stored : { ...usual, ...stored };
}

/** Only our own process writes heads, and files carry checksums: what has our format has our shape. */
function readHead(text: unknown): Head | null {
  if (typeof text !== 'string') return null;
  try {
    const head = JSON.parse(text) as Partial<Head> | null;
    return head?.format === FORMAT ? (head as Head) : null;
  } catch {
    return null;
  }
}
