import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from './gateway.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The product in JavaScript in a folder of its own, unchecked: a process from it is up much sooner than from the sources. */
export async function compileFoyer(): Promise<string> {
  const folder = await temporaryFolder();
  await Promise.all([
    symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules')),
    symlink(join(ROOT, 'wsdl'), join(folder, 'wsdl')),
    cp(join(ROOT, 'package.json'), join(folder, 'package.json')),
  ]);
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = ['-p', join(ROOT, 'tsconfig.build.json'), '--noCheck', '--outDir', join(folder, 'dist')];
  await promisify(execFile)(process.execPath, [tsc, ...options]);
  return join(folder, 'dist', 'main.js');
}

export interface FoyerProcess {
  /** Address of the GraphQL endpoint. */
  readonly graphql: string;
  readonly pid: number;
  /** As a crash does: nothing is written any more. */
  kill(): Promise<void>;
}

/** Resolves when it is ready; rejects with what it complained of when it ends before. */
export async function startFoyerProcess(
  main: string,
  env: Readonly<Record<string, string>>,
): Promise<FoyerProcess> {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'fatal', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const exited = once(child, 'exit');
  const first = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const ended = exited.then(() => Promise.reject(new Error(`ended: ${complaints}`)));
  const [line] = await Promise.race([first, ended]);
  ended.catch(() => undefined);
  return {
    graphql: /http:\S+\/graphql/.exec(line)![0],
    pid: child.pid!,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
