import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

/** What one run of load saw. Latencies in milliseconds. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
  readonly bytesPerAnswer: number;
}

export interface LoadOptions {
  readonly url: string;
  /** Null sends GET. */
  readonly body: string | null;
  readonly connections: number;
  readonly seconds: number;
}

/** Loads an address from a process of its own, so that making requests does not slow down answering them. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await once(lines, 'line')) as [string];
  await once(child, 'exit');
  return JSON.parse(line) as LoadResult;
}

async function run({ url, body, connections, seconds }: LoadOptions): Promise<LoadResult> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies: number[] = [];
  let failures = 0;
  let bytes = 0;
  const request = async (): Promise<void> => {
    const startedAt = performance.now();
    const answer = await pool.request({
      path: pathname,
      method: body === null ? 'GET' : 'POST',
      headers: body === null ? {} : { 'content-type': 'application/json' },
      body,
    });
    bytes += (await answer.body.arrayBuffer()).byteLength;
    if (answer.statusCode !== 200) failures += 1;
    latencies.push(performance.now() - startedAt);
  };
  const keepAsking = async (until: number): Promise<void> => {
    while (performance.now() < until) await request();
  };
  const all = (until: number): Promise<void[]> =>
    Promise.all(Array.from({ length: connections }, () => keepAsking(until)));

  await all(performance.now() + 1_000);
  latencies.length = 0;
  bytes = 0;
  failures = 0;
  const startedAt = performance.now();
  await all(startedAt + seconds * 1_000);
  const elapsedMs = performance.now() - startedAt;
  await pool.close();
  latencies.sort((a, b) => a - b);
  return {
    requestsPerSecond: (latencies.length / elapsedMs) * 1_000,
    p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? NaN,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? NaN,
    failures,
    bytesPerAnswer: bytes / latencies.length,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] !== undefined) {
  console.log(JSON.stringify(await run(JSON.parse(process.argv[2]) as LoadOptions)));
  process.disconnect?.();
}
