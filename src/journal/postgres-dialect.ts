import {
  CompiledQuery,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { within } from '../clock.js';

/** How long the goodbye to a server that no longer answers may take. */
const END_MS = 2_000;

/**
 * PostgreSQL for kysely. Other than kysely's own dialect it never gives a connection back to the pool that is broken or
 * whose answer did not come in time: the next user would wait behind that statement, or be told its answer.
 */
export function postgresDialect(pool: Pool): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PostgresDriver(pool),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class PostgresDriver implements Driver {
  constructor(private readonly pool: Pool) {}

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PostgresConnection> {
    return new PostgresConnection(await this.pool.connect());
  }

  async beginTransaction(connection: PostgresConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'));
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    // The server takes back what a lost connection left open.
    if (!connection.isBroken) await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release();
  }

  async destroy(): Promise<void> {
    await within(END_MS, this.pool.end());
  }
}

/** A connection while it is lent. */
class PostgresConnection implements DatabaseConnection {
  #isBroken = false;

  constructor(private readonly client: PoolClient) {}

  get isBroken(): boolean {
    return this.#isBroken;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const { command, rowCount, rows } = await this.client.query(sql, [...parameters]);
      const isChange = ['INSERT', 'UPDATE', 'DELETE'].includes(command);
      return { rows, ...(isChange ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}) };
    } catch (error) {
      // Whatever the server itself did not say leaves it open what the connection is at.
      this.#isBroken ||= !(error instanceof DatabaseError);
      throw error;
    }
  }

  streamQuery(): never {
    throw new Error('the journal reads in pieces, not as a stream');
  }

  release(): void {
    this.client.release(this.#isBroken);
  }
}
