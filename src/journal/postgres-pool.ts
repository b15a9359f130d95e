import { Client, Pool, TypeOverrides, types, type ClientConfig } from 'pg';

/**
 * How long PostgreSQL may take. A journal that hangs must fail soon, since an order waits for it: a connection and a
 * statement together are over within 7 s. The server gives up first, so that it says why.
 */
const LIMITS = { connectionMs: 3_000, statementMs: 3_000, answerMs: 4_000, idleInTransactionMs: 15_000 };
/** Another replica may be at the same migration, and one over a big table takes its time. */
const MIGRATION_LIMITS = { ...LIMITS, statementMs: 60_000, answerMs: 61_000 };
/** More would only wait for each other: what is written is small. */
const CONNECTIONS = 10;

/** Connections that open when they are needed and are replaced when they break, after an outage too. */
export function createPool(address: string, schema: string): Pool {
  const pool = new Pool({
    ...clientSettings(address, schema, LIMITS),
    max: CONNECTIONS,
    // A server that froze must not keep a process that has ended everything else.
    allowExitOnIdle: true,
  });
  // A connection that breaks while idle is no news: the pool drops it, and the next statement opens another one.
  pool.on('error', ignore);
  // One that breaks in use fails its statement; without a listener it would end the process as well.
  pool.on('connect', (client) => client.on('error', ignore));
  return pool;
}

/** One connection, not yet open, that may take its time. */
export function createMigrationClient(address: string, schema: string): Client {
  const client = new Client(clientSettings(address, schema, MIGRATION_LIMITS));
  client.on('error', ignore);
  return client;
}

function clientSettings(address: string, schema: string, limits: typeof LIMITS): ClientConfig {
  const url = new URL(address);
  const options = url.searchParams.get('options') ?? '';
  // What the address says would replace our options and not join them.
  url.searchParams.delete('options');
  return {
    connectionString: url.href,
    application_name: 'foyer',
    options: `${options} -c search_path=${schema} -c synchronous_commit=on`.trimStart(),
    connectionTimeoutMillis: limits.connectionMs,
    statement_timeout: limits.statementMs,
    query_timeout: limits.answerMs,
    idle_in_transaction_session_timeout: limits.idleInTransactionMs,
    keepAlive: true,
    types: wholeNumbers(),
  };
}

/** PostgreSQL's 64 bits come as text; every one that the journal keeps in them fits a number. */
function wholeNumbers(): TypeOverrides {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(types.builtins.INT8, (text: string) => {
    const number = Number(text);
    if (!Number.isSafeInteger(number)) throw new Error(`the journal has a number that is too large: ${text}`);
    return number;
  });
  return overrides;
}

function ignore(): void {}
