import { AsyncLocalStorage } from 'node:async_hooks';
import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from 'kysely';
import type { Journal } from '../src/journal/database.js';
import type { OrderJournal } from '../src/journal/order-journal.types.js';

/** Milliseconds that one piece of work waited for the journal. */
export interface JournalTime {
  /** For the order journal. */
  ordersMs: number;
  /** For what else it waited: that calls to S-360 are written down before they are made, and after. */
  othersMs: number;
}

const current = new AsyncLocalStorage<JournalTime>();

/** Runs the work, and answers how long it waited for journals made by the two functions below. */
export async function withJournalTime(work: () => Promise<unknown>): Promise<JournalTime> {
  const time: JournalTime = { ordersMs: 0, othersMs: 0 };
  await current.run(time, work);
  return time;
}

/** The same order journal; each of its methods counts for the work that waits for it. */
export function timedOrderJournal(journal: OrderJournal): OrderJournal {
  return new Proxy(journal, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        const startedAt = performance.now();
        try {
          return (await value.apply(target, args)) as unknown;
        } finally {
          count('ordersMs', startedAt);
        }
      };
    },
  });
}

/** The same journal; whole transactions and single statements count for the work that waits for them. */
export function timedJournal(journal: Journal): Journal {
  const transaction = (): Pick<ReturnType<Journal['transaction']>, 'execute'> => ({
    async execute(work) {
      const startedAt = performance.now();
      try {
        return await journal.transaction().execute(work);
      } finally {
        count('othersMs', startedAt);
      }
    },
  });
  const timed = journal.withPlugin(new StatementTimer());
  return new Proxy(timed, {
    get(target, property) {
      if (property === 'transaction') return transaction;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function count(what: keyof JournalTime, startedAt: number): void {
  const time = current.getStore();
  if (time !== undefined) time[what] += performance.now() - startedAt;
}

/** From the moment a statement is handed over to that in which its answer is. */
class StatementTimer implements KyselyPlugin {
  readonly #startedAt = new WeakMap<object, number>();

  transformQuery({ queryId, node }: PluginTransformQueryArgs): RootOperationNode {
    this.#startedAt.set(queryId, performance.now());
    return node;
  }

  transformResult({ queryId, result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    const startedAt = this.#startedAt.get(queryId);
    if (startedAt !== undefined) count('othersMs', startedAt);
    return Promise.resolve(result);
  }
}
