import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compiled } from './compiled.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of package.json by its file: a compiled one (`dist/key.js`), or a script of the sources. */
export function command(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const [, product] = /^dist\/(.+)$/.exec(file) ?? [];
  const start =
    product === undefined
      ? ['--import', join(ROOT, 'node_modules/tsx/dist/loader.mjs'), join(ROOT, file)]
      : [compiled(product)];
  const options = { env: { PATH: process.env['PATH'], ...env } };
  return promisify(execFile)(process.execPath, [...start, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );
}
