import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compiled } from './compiled.js';
import { temporaryFolder } from './gateway.js';

export interface FoyerProcess extends AsyncDisposable {
  /** The line on standard output; rejects when the process ends without one. */
  line(): Promise<string>;
  /** Everything on standard error so far. */
  complaints(): string;
  /** Everything on standard output and standard error so far. */
  written(): string;
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and answers the exit code; null when a signal ended it. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
  exit(): Promise<number | null>;
}

/** As `npm run dev` runs it. */
export const FROM_SOURCES = ['--import', 'tsx', fileURLToPath(new URL('../../src/main.ts', import.meta.url))];

/** The process as a user starts it, with nothing in its environment but these settings; compiled, if not told otherwise. */
export async function startFoyer(
  settings: Readonly<Record<string, string>>,
  args: readonly string[] = [compiled('main.js')],
): Promise<FoyerProcess> {
  const ownFolder = settings['CACHE_DIR'] === undefined ? await temporaryFolder() : null;
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env['PATH'],
      LOG_LEVEL: 'warn',
      ...(ownFolder === null ? {} : { CACHE_DIR: ownFolder }),
      ...settings,
    },
  });
  let complaints = '';
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
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
    written: () => printed + complaints,
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
