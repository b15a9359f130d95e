import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';

/** A Redis of our own, on a port and in a folder of its own; it ends with this process, however that ends. */
export interface RedisServer extends AsyncDisposable {
  /** Does not change when it goes and comes back. */
  readonly url: string;
  readonly port: number;
  /** Goes in order: connections are closed. Its data stay in its folder. */
  stop(): Promise<void>;
  /** Goes at once, as a machine that loses its power. */
  kill(): Promise<void>;
  /** Comes back at the same address, empty when told so. It resolves when it answers. */
  start(options?: { readonly isEmpty?: boolean }): Promise<void>;
  /** `stop` and `start`. */
  restart(options?: { readonly isEmpty?: boolean }): Promise<void>;
  /** It keeps its connections and answers nothing any more, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** One command, past the code under test: `['GET', 'key']`. What redis-cli prints, without the line's end. */
  command(...words: readonly string[]): Promise<string>;
}

const HAS_REDIS = (process.env['PATH'] ?? '')
  .split(':')
  .some((folder) => existsSync(join(folder, 'redis-server')));

/** Why no server can be started; null when one can. Under CI that is a failure and no reason to test less: always null. */
export const NO_REDIS =
  !HAS_REDIS && process.env['CI'] !== 'true'
    ? 'no Redis here: apt install redis-server, which gives the program redis-server'
    : null;

export interface RedisServerOptions {
  /** False: the address is known, but nothing listens there before `start`. */
  readonly isStarted?: boolean;
  /** Everything written is in its file before it is answered, as a Redis that may lose nothing; false by default. */
  readonly isDurable?: boolean;
  /** Without it nobody is let in; it is in `url`. None by default. */
  readonly password?: string;
}

export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-redis-'));
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const durable = options.isDurable === true ? ['--appendonly', 'yes', '--appendfsync', 'always'] : [];
  const { password } = options;
  const guarded = password === undefined ? [] : ['--requirepass', password];
  let child: ChildProcess | null = null;

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === null) return;
    const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    child.kill(signal);
    // A stopped process takes every signal but SIGKILL only when it goes on.
    child.kill('SIGCONT');
    await exited;
    child = null;
  }

  const server: RedisServer = {
    url: `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    port,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async start({ isEmpty = false } = {}) {
      if (isEmpty) rmSync(join(folder, 'appendonlydir'), { recursive: true, force: true });
      child ??= await runServer([...settings, ...durable, ...guarded]);
    },
    async restart(how) {
      await server.stop();
      await server.start(how);
    },
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    async command(...words) {
      const asked = await promisify(execFile)('redis-cli', ['-p', String(port), ...words], {
        env: { PATH: process.env['PATH'], ...(password === undefined ? {} : { REDISCLI_AUTH: password }) },
      });
      return asked.stdout.replace(/\n$/, '');
    },
    async [Symbol.asyncDispose]() {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  if (options.isStarted !== false) await server.start();
  return server;
}

/** The pipe closes when this process ends, however it does; a server that nobody stops would stay for ever. */
const ENDS_WITH_US = 'exec 3<&0; (cat <&3 >/dev/null; kill -KILL $$) 2>/dev/null & exec "$@"';

/** Resolves when it takes connections. */
async function runServer(settings: readonly string[]): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', ENDS_WITH_US, 'sh', 'redis-server', ...settings], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let log = '';
  const ready = new Promise<void>((resolve) => {
    for (const output of [child.stdout, child.stderr]) {
      output.setEncoding('utf8').on('data', (text: string) => {
        log = (log + text).slice(-4_000);
        if (log.includes('Ready to accept connections')) resolve();
      });
    }
  });
  const failed = once(child, 'exit').then(() => Promise.reject(new Error(`Redis did not start: ${log}`)));
  // It also "fails" when it is ended later, after this promise interests nobody.
  failed.catch(() => {});
  await Promise.race([ready, failed]);
  return child;
}
