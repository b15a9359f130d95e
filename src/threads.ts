import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts one of our own modules on a thread or as a process. `module` is named as it is after the build
 * (`new URL('./catalog-thread.js', import.meta.url)`); while the sources themselves run (development), tsx
 * runs the TypeScript file beside it.
 */
export function startThread(module: URL, options: WorkerOptions = {}): Worker {
  if (!runsFromSource()) return new Worker(module, options);
  // `--import tsx` does not reach a thread's entry file under Node 20, so the thread registers tsx itself.
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(sourceOf(module).href)}); })`;
  return new Worker(start, { ...options, eval: true });
}

export function startProcess(module: URL, args: readonly string[], options: ForkOptions = {}): ChildProcess {
  if (!runsFromSource()) return fork(fileURLToPath(module), args, options);
  return fork(fileURLToPath(sourceOf(module)), args, { ...options, execArgv: ['--import', 'tsx'] });
}

function runsFromSource(): boolean {
  return import.meta.url.endsWith('.ts');
}

function sourceOf(module: URL): URL {
  return new URL(module.href.replace(/\.js$/, '.ts'));
}
