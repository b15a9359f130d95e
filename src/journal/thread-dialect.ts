import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { JournalAnswer, JournalRequest } from './journal-thread.js';

/** SQLite on a thread of its own, for kysely. */
export function threadDialect(thread: JournalThread): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ThreadDriver(thread),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

interface Waiting {
  readonly resolve: (result: QueryResult<never>) => void;
  readonly reject: (error: Error) => void;
}

/** The conversation with the thread. When it dies, every statement in hand and every later one fails. */
export class JournalThread {
  #nextId = 0;
  #failure: Error | null = null;
  readonly #waiting = new Map<number, Waiting>();

  private constructor(private readonly worker: Worker) {
    worker.on('message', (answer: JournalAnswer) => this.#receive(answer));
    worker.once('error', (error) => this.#fail(error));
    worker.once('exit', () => this.#fail(new Error('the journal is closed')));
  }

  /** Throws what the file's opening failed with. */
  static async open(worker: Worker): Promise<JournalThread> {
    const [answer] = (await once(worker, 'message')) as [JournalAnswer];
    if ('opened' in answer && answer.opened) return new JournalThread(worker);
    await worker.terminate();
    throw new Error('message' in answer ? answer.message : 'the journal did not open');
  }

  executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    this.#nextId += 1;
    const id = this.#nextId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, sql, parameters });
    });
  }

  async end(): Promise<void> {
    if (this.#failure !== null) return;
    const exited = once(this.worker, 'exit');
    this.#send({ end: true });
    await exited;
  }

  #send(request: JournalRequest): void {
    this.worker.postMessage(request);
  }

  #receive(answer: JournalAnswer): void {
    if (!('id' in answer)) return;
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('message' in answer) waiting?.reject(new Error(answer.message));
    else {
      const changes = answer.changes === null ? {} : { numAffectedRows: BigInt(answer.changes) };
      waiting?.resolve({ rows: answer.rows as never[], ...changes });
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/**
 * One connection, lent to one user at a time: a transaction must not meet the statements of others. The thread takes
 * them in the order they are sent, so it is lent on as soon as the last one is sent, not when the disk has it.
 */
class ThreadDriver implements Driver {
  #lent: Promise<void> = Promise.resolve();

  constructor(private readonly thread: JournalThread) {}

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Loan> {
    const before = this.#lent;
    let giveBack = (): void => {};
    this.#lent = new Promise((resolve) => {
      giveBack = resolve;
    });
    await before;
    return new Loan(this.thread, giveBack);
  }

  async beginTransaction(loan: Loan): Promise<void> {
    loan.begin();
  }

  async commitTransaction(loan: Loan): Promise<void> {
    await loan.end('commit');
  }

  async rollbackTransaction(loan: Loan): Promise<void> {
    await loan.end('rollback');
  }

  async releaseConnection(loan: Loan): Promise<void> {
    loan.giveBack();
  }

  async destroy(): Promise<void> {
    await this.thread.end();
  }
}

/** The connection for one statement, or for one transaction. */
class Loan implements DatabaseConnection {
  #transaction: 'none' | 'open' | 'ended' = 'none';
  #begun: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly thread: JournalThread,
    /** May be called twice. */
    readonly giveBack: () => void,
  ) {}

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const result = this.thread.executeQuery<Row>(query);
    if (this.#transaction !== 'open') this.giveBack();
    return result;
  }

  streamQuery(): never {
    throw new Error('the journal reads in pieces, not as a stream');
  }

  /** Not waited for: whatever comes next on this loan comes after it. */
  begin(): void {
    this.#transaction = 'open';
    this.#begun = this.thread.executeQuery(CompiledQuery.raw('begin'));
    this.#begun.catch(() => {});
  }

  /** A commit that fails has been rolled back by the thread: another transaction may have begun by now. */
  async end(how: 'commit' | 'rollback'): Promise<void> {
    if (this.#transaction !== 'open') return;
    this.#transaction = 'ended';
    const ended = this.thread.executeQuery(CompiledQuery.raw(how));
    this.giveBack();
    await Promise.all([this.#begun, ended]);
  }
}
