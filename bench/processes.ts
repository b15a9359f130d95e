import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { settingsFor, type TestInstitution } from '../test/support/gateway.js';

export interface SandboxProcess extends AsyncDisposable {
  readonly url: string;
  readonly institutions: readonly TestInstitution[];
}

/** What the probe saw since it was last asked; memory is resident, in 10^6 bytes. */
export interface Seen {
  readonly longestStallMs: number;
  readonly memoryMb: number;
  readonly peakMemoryMb: number;
}

export interface FoyerProcess extends AsyncDisposable {
  /** Address of the GraphQL endpoint. */
  readonly graphql: string;
  /** Resolves when every catalog is there. */
  readonly ready: Promise<void>;
  seen(): Promise<Seen>;
  /** In use in the main thread's heap after a full collection, in bytes. */
  heapAfterCollection(): Promise<number>;
}

type Settings = Readonly<Record<string, string>>;

const built = (path: string): string => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));

/** The built sandbox on a free port, with nobody buying. */
export async function startSandboxProcess(settings: Settings = {}): Promise<SandboxProcess> {
  const child = fork(built('sandbox/main.js'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { PATH: process.env['PATH'], SANDBOX_PORT: '0', SANDBOX_SPEED: '0', ...settings },
  });
  const [{ url, institutions }] = (await once(child, 'message')) as [SandboxProcess];
  return { url, institutions, [Symbol.asyncDispose]: () => end(child) };
}

/** The built gateway on a free port, as `npm start` runs it, without a cache from before. */
export async function startFoyerProcess(
  institutions: readonly TestInstitution[],
  settings: Settings = {},
): Promise<FoyerProcess> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'foyer-bench-'));
  const port = String(await freePort());
  const child = fork(built('main.js'), {
    execArgv: ['--expose-gc', '--import', fileURLToPath(new URL('probe.mjs', import.meta.url))],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      ...settingsFor(institutions),
      PORT: port,
      CACHE_DIR: cacheDir,
      LOG_LEVEL: 'error',
      ...settings,
    },
  });
  const ready = once(createInterface({ input: child.stdout! }), 'line').then(() => undefined);
  const url = `http://127.0.0.1:${port}/`;
  await untilAlive(`${url}health/live`);
  return {
    graphql: `${url}graphql`,
    ready,
    async seen() {
      child.send('seen');
      return ((await once(child, 'message')) as [Seen])[0];
    },
    async heapAfterCollection() {
      child.send('collect');
      return ((await once(child, 'message')) as [number])[0];
    },
    async [Symbol.asyncDispose]() {
      await end(child);
      await rm(cacheDir, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function untilAlive(url: string): Promise<void> {
  for (;;) {
    const isAlive = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isAlive) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
