import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that `compileSources` made. */
    compiledFoyer: string;
  }
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Once for a whole run: today's sources in JavaScript, in a folder of their own that looks like the project. What a
 * test starts on a thread or as a process runs from there: from the sources each would transform them anew.
 */
export default async function compileSources({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-compiled-'));
  for (const name of ['node_modules', 'wsdl', 'package.json']) {
    await symlink(join(ROOT, name), join(folder, name));
  }
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  // Types are checked elsewhere.
  const options = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(folder, 'dist'), '--noCheck'];
  await promisify(execFile)(process.execPath, [compiler, ...options]);
  // Where `npm run build` made it.
  await symlink(join(ROOT, 'dist/graphiql'), join(folder, 'dist/graphiql'));
  provide('compiledFoyer', folder);
  return () => rm(folder, { recursive: true, force: true });
}
