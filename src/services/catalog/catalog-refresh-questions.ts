import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import type { CatalogSource } from '../../datasources/catalog.types.js';
import type { PointOfSales } from '../../domain/institution.js';
import { UpstreamAuthenticationError, UpstreamFaultError, UpstreamShapeError } from '../../errors.js';

export interface RefreshQuestionsOptions {
  readonly source: CatalogSource;
  readonly clock: Clock;
  /** For how long an answer about the point of sales or the seasons is good. */
  readonly dayMs: number;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** An answer of S-360 and when it came. */
export interface Dated<T> {
  readonly value: T;
  /** Epoch ms. */
  readonly at: number;
}

/** The small questions before a full load, each asked no more often than needed. Rejects with UpstreamError classes. */
export class RefreshQuestions {
  #pointOfSales: Dated<PointOfSales> | null = null;
  #ownSeasonIds: Dated<ReadonlySet<string> | null> | null = null;

  constructor(private readonly options: RefreshQuestionsOptions) {}

  /** What S-360 told the process before. */
  remember(pointOfSales: Dated<PointOfSales>): void {
    this.#pointOfSales = pointOfSales;
  }

  async pointOfSales(): Promise<Dated<PointOfSales>> {
    const { source, signal } = this.options;
    if (!this.#isGood(this.#pointOfSales))
      this.#pointOfSales = this.#dated(await source.pointOfSales(signal));
    return this.#pointOfSales!;
  }

  /** Null, which keeps every season, where the set-up service is not open to a distributor. */
  async ownSeasonIds(): Promise<ReadonlySet<string> | null> {
    if (!this.#isGood(this.#ownSeasonIds)) this.#ownSeasonIds = this.#dated(await this.#askForSeasons());
    return this.#ownSeasonIds!.value;
  }

  /** Null when S-360 answers, but not with what we understand. */
  async setupUpdatedAt(): Promise<number | null> {
    const { source, signal } = this.options;
    return source.lastSetupUpdate(signal).catch((error: unknown) => {
      if (isAnswer(error)) return null;
      throw error;
    });
  }

  async #askForSeasons(): Promise<ReadonlySet<string> | null> {
    const { source, signal, log } = this.options;
    return source.ownSeasonIds(signal).catch((error: unknown) => {
      // Other services have just answered, so it is not the password that is refused.
      if (!isAnswer(error) && !(error instanceof UpstreamAuthenticationError)) throw error;
      log.warn({ err: error }, 'own seasons are not known: every season of the catalog is kept');
      return null;
    });
  }

  #isGood(answer: Dated<unknown> | null): boolean {
    return answer !== null && this.options.clock.now() - answer.at < this.options.dayMs;
  }

  #dated<T>(value: T): Dated<T> {
    return { value, at: this.options.clock.now() };
  }
}

function isAnswer(error: unknown): boolean {
  return error instanceof UpstreamFaultError || error instanceof UpstreamShapeError;
}
