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

/** Milliseconds that one piece of work waited for the journal. */
export interface JournalTime {
  waitedMs: number;
}

const current = new AsyncLocalStorage<JournalTime>();

/** Runs the work, and answers how long it waited for a journal made by `timedJournal`. */
export async function withJournalTime(work: () => Promise<unknown>): Promise<number> {
  const time: JournalTime = { waitedMs: 0 };
  await current.run(time, work);
  return time.waitedMs;
}

/** The same journal; whole transactions and single statements count for the work that waits for them. */
export function timedJournal(journal: Journal): Journal {
  const transaction = (): Pick<ReturnType<Journal['transaction']>, 'execute'> => ({
    async execute(work) {
      const startedAt = performance.now();
      try {
        return await journal.transaction().execute(work);
      } finally {
        count(startedAt);
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

function count(startedAt: number): void {
  const time = current.getStore();
  if (time !== undefined) time.waitedMs += performance.now() - startedAt;
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
    if (startedAt !== undefined) count(startedAt);
    return Promise.resolve(result);
  }
}
