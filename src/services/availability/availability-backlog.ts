import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { LiveColorBoard } from '../../cache/color-board.js';
import type { ComposedReadings } from '../../datasources/availability-composed.js';
import type { Performance } from '../../domain/catalog.js';
import type { Horizon } from '../../journal/shared-poll.types.js';
import type { RoundQuestion } from './availability-round.js';
import { hasTurned, type PollableProduct } from './poll-plan-products.js';

/** Something to ask S-360: a performance, a product itself, or what is inside a season ticket. */
export type WorkKind = 'performance' | 'product' | 'inside';

export interface Work {
  readonly kind: WorkKind;
  readonly id: string;
  readonly productId: string;
  /** Never observed: it does not wait for its interval. */
  readonly isNew: boolean;
}

/** What has to be asked: what moved and was not read since, and what was never observed. */
export class Backlog {
  #products = new Map<string, PollableProduct>();
  /** By product: the season tickets and packages it is part of. */
  #containers = new Map<string, string[]>();
  #snapshot: CatalogSnapshot | null = null;
  readonly #moved = new Set<string>();
  /** What was never observed when the catalog came; looking at all of it each time would take long. */
  #unseen: Work[] = [];
  #turnedUpTo: number;
  /** By the newest catalog. */
  #changed: { readonly catalog: string; readonly keys: readonly string[] } | null = null;
  /** What another replica asked with a catalog that was not here yet. */
  #answeredAhead: { readonly catalog: string; readonly keys: Set<string> } | null = null;
  #doubtedAt: number;

  constructor(
    private readonly board: LiveColorBoard,
    private readonly composed: ComposedReadings,
    now: number,
  ) {
    this.#turnedUpTo = now;
    this.#doubtedAt = now;
  }

  get products(): ReadonlyMap<string, PollableProduct> {
    return this.#products;
  }

  /** `products` are those of the snapshot. */
  setCatalog(snapshot: CatalogSnapshot, products: Map<string, PollableProduct>): void {
    this.#snapshot = snapshot;
    this.#products = products;
    this.#containers = new Map();
    for (const { product, kind } of this.#products.values()) {
      for (const id of kind === 'COMPOSED' ? product.containedProductIds : []) {
        this.#containers.set(id, [...(this.#containers.get(id) ?? []), product.id]);
      }
    }
    for (const key of this.#moved) if (this.#workOf(key) === null) this.#moved.delete(key);
    this.#unseen = [...products.values()].flatMap(workOn);
  }

  /** S-360 said that the product moved. */
  markMoved(productId: string, now: number): void {
    for (const key of this.keysMovedBy(productId, now)) this.#moved.add(key);
  }

  /** The catalog changed these products; what another replica has asked with it needs not be asked again. */
  markChanged(catalog: string, productIds: readonly string[], now: number): void {
    const answered = this.#answeredAhead?.catalog === catalog ? this.#answeredAhead.keys : null;
    const keys = productIds
      .flatMap((productId) => this.keysMovedBy(productId, now))
      .filter((key) => answered?.has(key) !== true);
    const stillMoved = this.#changed?.keys.filter((key) => this.#moved.has(key)) ?? [];
    this.#changed = { catalog, keys: [...stillMoved, ...keys] };
    for (const key of keys) this.#moved.add(key);
  }

  /** What has to be asked when the product moves: itself, and the season tickets and packages it is part of. */
  keysMovedBy(productId: string, now: number): string[] {
    const pollable = this.#products.get(productId);
    if (pollable === undefined) return [];
    const keys: string[] = [];
    if (pollable.kind === 'EVENT') {
      for (const performance of pollable.product.performances) {
        if (this.#canChange(performance, now)) keys.push(`performance:${performance.id}`);
      }
    } else {
      keys.push(`product:${productId}`);
      if (pollable.kind === 'COMPOSED') keys.push(`inside:${productId}`);
    }
    for (const containerId of this.#containers.get(productId) ?? []) {
      keys.push(`inside:${containerId}`);
      // After a restart the other half has to be read again before both make a whole.
      if (!this.composed.hasQuota(containerId)) keys.push(`product:${containerId}`);
    }
    return keys;
  }

  /** Sales open and close by the calendar, which S-360 does not report as a move. */
  markTurned(now: number): void {
    for (const [productId, pollable] of this.#products) {
      if (hasTurned(pollable, this.#turnedUpTo, now)) this.markMoved(productId, now);
    }
    this.#turnedUpTo = now;
  }

  /**
   * What S-360 answered with a word that nobody understood, or left out, is asked again, at most once in
   * `everyMs`: it does not count as moved when S-360 says it better next time.
   */
  markDoubtful(now: number, everyMs: number): void {
    if (now - this.#doubtedAt < everyMs) return;
    this.#doubtedAt = now;
    for (const { product, kind } of this.#products.values()) {
      if (kind !== 'EVENT') {
        if (this.board.product(product.id)?.color === 'UNKNOWN') this.markMoved(product.id, now);
        continue;
      }
      for (const performance of product.performances) {
        const isDoubtful = this.board.performance(performance.id)?.color === 'UNKNOWN';
        if (isDoubtful && this.#canChange(performance, now)) this.#moved.add(`performance:${performance.id}`);
      }
    }
  }

  /** Where `markTurned` goes on: for a board restored from before a restart, the time of its last poll. */
  turnedUpTo(at: number): void {
    this.#turnedUpTo = at;
  }

  /** All work, in no order. */
  all(): Work[] {
    this.#unseen = this.#unseen.filter(({ kind, id }) => !this.#isKnown(kind, id));
    return [
      ...[...this.#moved].flatMap((key) => this.#workOf(key) ?? []),
      ...this.#unseen.filter(({ kind, id }) => !this.#moved.has(`${kind}:${id}`)),
    ];
  }

  /** Products that nothing has to be asked about. */
  settledProductIds(): string[] {
    const unsettled = new Set(this.all().map(({ productId }) => productId));
    return [...this.#products.keys()].filter((id) => !unsettled.has(id));
  }

  /** What a question that is asked now knows. */
  get horizon(): Horizon {
    return { turnedUpTo: this.#turnedUpTo, catalog: this.#snapshot?.version ?? null };
  }

  /** Another replica asked these keys, with what it knew: what had turned or changed by then is known here too. */
  takeAnswered(keys: readonly string[], askedWith: Horizon, now: number): void {
    const { turnedUpTo, catalog } = askedWith;
    // Its clock may be ahead.
    if (Math.min(turnedUpTo, now) > this.#turnedUpTo) this.markTurned(Math.min(turnedUpTo, now));
    const unknown = new Set(this.#turnedAfter(turnedUpTo, now));
    if (this.#changed?.catalog !== catalog) for (const key of this.#changed?.keys ?? []) unknown.add(key);
    this.takeKeys(keys.filter((key) => !unknown.has(key)));
    if (catalog === null || catalog === this.#snapshot?.version) return;
    if (this.#answeredAhead?.catalog !== catalog) this.#answeredAhead = { catalog, keys: new Set() };
    for (const key of keys) this.#answeredAhead.keys.add(key);
  }

  /** The question is on its way; what comes back unanswered is to be put back. */
  take(question: RoundQuestion): void {
    this.takeKeys(keysOf(question));
  }

  putBack(question: RoundQuestion): void {
    this.putBackKeys(keysOf(question));
  }

  /** Keys as in `keys`. */
  takeKeys(keys: readonly string[]): void {
    for (const key of keys) this.#moved.delete(key);
  }

  putBackKeys(keys: readonly string[]): void {
    for (const key of keys) if (this.#workOf(key) !== null) this.#moved.add(key);
  }

  /** It moved and was not read since. */
  hasMoved(key: string): boolean {
    return this.#moved.has(key);
  }

  /** Before, what moves cannot be told apart. */
  get hasCatalog(): boolean {
    return this.#snapshot !== null;
  }

  /** What a restart must not lose; plain JSON. */
  keys(): string[] {
    return [...this.#moved];
  }

  /** Products of which something moved and was not read since. */
  movedProductIds(): string[] {
    return [...new Set([...this.#moved].flatMap((key) => this.#workOf(key)?.productId ?? []))];
  }

  restore(keys: readonly string[]): void {
    for (const key of keys) this.#moved.add(key);
  }

  #turnedAfter(since: number, now: number): string[] {
    return [...this.#products]
      .filter(([, pollable]) => hasTurned(pollable, since, this.#turnedUpTo))
      .flatMap(([productId]) => this.keysMovedBy(productId, now));
  }

  /** A season ticket's halves are asked until both have been read once; afterwards only when one moved. */
  #isKnown(kind: WorkKind, id: string): boolean {
    if (kind === 'performance') return this.board.performance(id) !== undefined;
    if (this.board.product(id) !== undefined) return true;
    return kind === 'inside' ? this.composed.hasInside(id) : this.composed.hasQuota(id);
  }

  #workOf(key: string): Work | null {
    const [kind, id] = key.split(':') as [WorkKind, string];
    const productId = kind === 'performance' ? this.#snapshot?.performance(id)?.productId : id;
    if (productId === undefined || !this.#products.has(productId)) return null;
    return { kind, id, productId, isNew: !this.#isKnown(kind, id) };
  }

  /** A performance that was observed after its start will not get another color. */
  #canChange({ id, startsAt }: Performance, now: number): boolean {
    return startsAt > now || (this.board.performance(id)?.observedAt ?? -Infinity) < startsAt;
  }
}

/** Everything that can be asked about a product, as if none of it were known. */
function workOn({ product, kind }: PollableProduct): Work[] {
  const own = (kind: WorkKind, id: string): Work => ({ kind, id, productId: product.id, isNew: true });
  if (kind === 'EVENT') return product.performances.map(({ id }) => own('performance', id));
  return kind === 'COMPOSED'
    ? [own('product', product.id), own('inside', product.id)]
    : [own('product', product.id)];
}

/** The work of a question: `performance:<id>`, `product:<id>`, `inside:<id>`. */
export function keysOf({ performances, productIds, composedProductId }: RoundQuestion): string[] {
  return [
    ...performances.map(({ performanceId }) => `performance:${performanceId}`),
    ...productIds.map((id) => `product:${id}`),
    ...(composedProductId === null ? [] : [`inside:${composedProductId}`]),
  ];
}
