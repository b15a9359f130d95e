import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

/** Clients that do the same again and again, each one after the other. */
export interface BuyersOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is, but for KEY_PLACE, which becomes a new key each time. */
  readonly body: string;
  /** Requests in a row that are one turn. */
  readonly requestsInTurn: number;
  readonly clients: number;
  readonly seconds: number;
  /** An answer without this text failed. */
  readonly expected: string;
}

export interface BuyersResult {
  readonly turnsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly turns: number;
  readonly failures: number;
  /** The first answer that was not what was expected. */
  readonly firstFailure: string | null;
}

export const KEY_PLACE = 'KEY-OF-THE-TURN';

/** Runs them in a process of their own, so that asking does not slow down answering. */
export async function buyers(options: BuyersOptions): Promise<BuyersResult> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  await once(child, 'exit');
  return JSON.parse(line) as BuyersResult;
}

async function run(options: BuyersOptions): Promise<BuyersResult> {
  const { url, headers, body, requestsInTurn, clients, seconds, expected } = options;
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: clients, pipelining: 1 });
  const runKey = `${Date.now()}-${process.pid}`;
  const times: number[] = [];
  let failures = 0;
  let firstFailure: string | null = null;
  let turns = 0;

  async function request(): Promise<void> {
    const answer = await pool.request({
      path: pathname,
      method: 'POST',
      headers: { ...headers },
      body: body.replaceAll(KEY_PLACE, `${runKey}-${turns}`),
    });
    const text = await answer.body.text();
    if (text.includes(expected)) return;
    failures += 1;
    firstFailure ??= `${answer.statusCode} ${text.slice(0, 400)}`;
  }

  async function client(until: number): Promise<void> {
    while (performance.now() < until) {
      turns += 1;
      const startedAt = performance.now();
      for (let done = 0; done < requestsInTurn; done += 1) await request();
      times.push(performance.now() - startedAt);
    }
  }

  const all = (until: number): Promise<void[]> =>
    Promise.all(Array.from({ length: clients }, () => client(until)));
  await all(performance.now() + 1_000);
  times.length = 0;
  failures = 0;
  const startedAt = performance.now();
  await all(startedAt + seconds * 1_000);
  const elapsedMs = performance.now() - startedAt;
  await pool.close();
  times.sort((a, b) => a - b);
  return {
    turnsPerSecond: (times.length / elapsedMs) * 1_000,
    p50Ms: times[Math.floor(times.length * 0.5)] ?? NaN,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? NaN,
    turns: times.length,
    failures,
    firstFailure,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] !== undefined) {
  console.log(JSON.stringify(await run(JSON.parse(process.argv[2]) as BuyersOptions)));
  process.disconnect?.();
}
