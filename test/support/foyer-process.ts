import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from './gateway.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = ['--import', 'tsx', join(ROOT, 'src/main.ts')];

export interface FoyerProcess extends AsyncDisposable {
  /** The line on standard output; rejects when the process ends without one. */
  line(): Promise<string>;
  /** Everything on standard error so far. */
  complaints(): string;
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and answers the exit code; null when a signal ended it. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
  exit(): Promise<number | null>;
}

/** Foyer as `npm run build` makes it, of today's sources, in a folder of its own. */
export interface BuiltFoyer extends AsyncDisposable {
  /** To be given to `startFoyer`. */
  readonly main: string;
}

/** A second of work that each process started from it saves twice over: for tests that start many. */
export async function buildFoyer(): Promise<BuiltFoyer> {
  const folder = await temporaryFolder();
  for (const name of ['node_modules', 'wsdl', 'package.json'])
    await symlink(join(ROOT, name), join(folder, name));
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  // Types are checked elsewhere.
  const options = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(folder, 'dist'), '--noCheck'];
  await promisify(execFile)(process.execPath, [compiler, ...options]);
  return {
    main: join(folder, 'dist/main.js'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * The process as a user starts it, with nothing in its environment but these settings; from its sources, unless
 * `main` is that of a built one.
 */
export async function startFoyer(
  settings: Readonly<Record<string, string>>,
  main: string | null = null,
): Promise<FoyerProcess> {
  const ownFolder = settings['CACHE_DIR'] === undefined ? await temporaryFolder() : null;
  const child = spawn(process.execPath, main === null ? SOURCES : [main], {
    env: {
      PATH: process.env['PATH'],
      LOG_LEVEL: 'warn',
      ...(ownFolder === null ? {} : { CACHE_DIR: ownFolder }),
      ...settings,
    },
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const firstLine = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const exit = async (): Promise<number | null> => (await exited)[0];
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return exit();
  };
  return {
    line: () =>
      Promise.race([
        firstLine.then(([line]) => line),
        exited.then(([code]) => Promise.reject(new Error(`ended with ${code}: ${complaints}`))),
      ]),
    complaints: () => complaints,
    signal: (signal) => void child.kill(signal),
    stop,
    exit,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await stop('SIGKILL');
      if (ownFolder !== null) await rm(ownFolder, { recursive: true, force: true });
    },
  };
}

/** Of the GraphQL endpoint, out of the line on standard output. */
export function addressIn(line: string): string {
  return /http:\S+\/graphql/.exec(line)![0];
}
