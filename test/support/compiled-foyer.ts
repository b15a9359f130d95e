import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { compiled } from './compiled.js';

export interface FoyerProcess {
  /** Address of the GraphQL endpoint. */
  readonly graphql: string;
  readonly pid: number;
  /** As a crash does: nothing is written any more. */
  kill(): Promise<void>;
}

/** Resolves when it is ready; rejects with what it complained of when it ends before. */
export async function startFoyerProcess(env: Readonly<Record<string, string>>): Promise<FoyerProcess> {
  const child = spawn(process.execPath, [compiled('main.js')], {
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
