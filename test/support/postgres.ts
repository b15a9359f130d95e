import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port.js';

/** Where databases can be made for a test. */
export interface Databases extends AsyncDisposable {
  /** Address of a new, empty one. */
  createDatabase(): Promise<string>;
}

/** A PostgreSQL of our own. */
export interface PostgresServer extends Databases {
  /** Ends every connection at once; `start` brings it back with its data, at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** It keeps its connections and answers nothing any more, until `thaw`. */
  freeze(): Promise<void>;
  thaw(): void;
}

const GIVEN_SERVER = process.env['TEST_DATABASE_URL'] ?? '';
const BINARIES = binaries();
/** Where `pg_dump` and `psql` of that server are, too. */
export const POSTGRES_BINARIES = BINARIES;

/** Why no server can be started; null when one can. Under CI that is a failure and no reason to test less: always null. */
export const NO_POSTGRES =
  BINARIES === null && process.env['CI'] !== 'true'
    ? 'no PostgreSQL here: apt install postgresql, which gives /usr/lib/postgresql/*/bin/initdb'
    : null;
/** The same for `startDatabases`, which also takes a server that is named. */
export const NO_DATABASES = GIVEN_SERVER === '' ? NO_POSTGRES : null;

/** For the title of tests that may be skipped, so that whoever reads the result knows why. */
export function skipNote(reason: string | null): string {
  return reason === null ? '' : ` (skipped: ${reason})`;
}

/** On the server of TEST_DATABASE_URL, dropping what was made there; else on one of our own. */
export async function startDatabases(): Promise<Databases> {
  if (GIVEN_SERVER === '') return startPostgres();
  const made: string[] = [];
  return {
    async createDatabase() {
      const address = await createDatabase(GIVEN_SERVER);
      made.push(address);
      return address;
    },
    async [Symbol.asyncDispose]() {
      for (const address of made) {
        await runAt(GIVEN_SERVER, `DROP DATABASE ${new URL(address).pathname.slice(1)} WITH (FORCE)`);
      }
    },
  };
}

export interface PostgresServerOptions {
  /** A commit waits for the disk, as in production; a test has no crash of the machine to survive. */
  readonly isDurable?: boolean;
  /** Asked of everybody, and sent as it is; it is in the addresses. None by default. */
  readonly password?: string;
}

export async function startPostgres({
  isDurable = false,
  password,
}: PostgresServerOptions = {}): Promise<PostgresServer> {
  if (BINARIES === null) throw new Error('the tests need initdb and postgres: apt install postgresql');
  const account = serverAccount();
  const folder = mkdtempSync(join(tmpdir(), 'foyer-postgres-'));
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  if (password !== undefined) writeFileSync(passwordFile, password);
  const guard = password === undefined ? ['-A', 'trust'] : ['-A', 'password', `--pwfile=${passwordFile}`];
  await promisify(execFile)(
    join(BINARIES, 'initdb'),
    ['-D', data, '-U', 'postgres', ...guard, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...account, cwd: folder },
  );
  const port = await freePort();
  const run = () =>
    runServer(
      join(BINARIES, 'postgres'),
      ['-D', data, '-p', String(port), '-k', folder, '-c', `fsync=${isDurable ? 'on' : 'off'}`],
      { ...account, cwd: folder },
    );
  const user = password === undefined ? 'postgres' : `postgres:${encodeURIComponent(password)}`;
  const address = `postgres://${user}@127.0.0.1:${port}/postgres`;
  let running = await run();
  let frozen: number[] = [];
  return {
    createDatabase: () => createDatabase(address),
    stop: () => running.stop(),
    async start() {
      running = await run();
    },
    async freeze() {
      const rows = await runAt(address, `SELECT pid FROM pg_stat_activity WHERE application_name = 'foyer'`);
      frozen = [running.pid, ...rows.map(({ pid }) => Number(pid))];
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    },
    thaw() {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
      frozen = [];
    },
    async [Symbol.asyncDispose]() {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function createDatabase(address: string): Promise<string> {
  const name = `foyer_${randomUUID().replaceAll('-', '')}`;
  await runAt(address, `CREATE DATABASE ${name}`);
  const made = new URL(address);
  made.pathname = name;
  return made.href;
}

/** One statement on a connection of its own. */
export async function runAt(address: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Whom the server runs as; ourselves when nothing is said. */
type Account = { readonly uid: number; readonly gid: number } | { readonly uid?: never };

interface RunningServer {
  readonly pid: number;
  stop(): Promise<void>;
}

/** The pipe closes when this process ends, however it does; a server that nobody stops would stay for ever. */
const ENDS_WITH_US = 'exec 3<&0; (cat <&3 >/dev/null; kill -CONT $$; kill -QUIT $$) 2>/dev/null & exec "$@"';

/** Resolves when it takes connections. */
async function runServer(
  program: string,
  args: readonly string[],
  options: Account & { readonly cwd: string },
): Promise<RunningServer> {
  const settings = ['listen_addresses=127.0.0.1', 'max_connections=50'];
  const child = spawn(
    'sh',
    ['-c', ENDS_WITH_US, 'sh', program, ...args, ...settings.flatMap((setting) => ['-c', setting])],
    { ...options, stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const exited = once(child, 'exit');
  let log = '';
  const ready = new Promise<void>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4_000);
      if (log.includes('ready to accept connections')) resolve();
    });
  });
  await Promise.race([
    ready,
    exited.then(() => Promise.reject(new Error(`PostgreSQL did not start: ${log}`))),
  ]);
  return {
    pid: child.pid!,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      await exited;
    },
  };
}

/** PostgreSQL refuses to run as root; then it runs as Debian's user for it. */
function serverAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }).trim());
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** The newest of Debian's versions, or else what the PATH has. */
function binaries(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(root, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}
