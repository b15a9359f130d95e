import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { compiled } from './compiled.js';

/** In the place of `src/threads.ts`: threads and processes run what was compiled, as they do in production. */
export function startThread(module: URL, options: WorkerOptions = {}): Worker {
  return new Worker(compiledOf(module), options);
}

export function startProcess(module: URL, args: readonly string[], options: ForkOptions = {}): ChildProcess {
  return fork(compiledOf(module), args, options);
}

const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url));

function compiledOf(module: URL): string {
  return compiled(relative(SOURCES, fileURLToPath(module)));
}
