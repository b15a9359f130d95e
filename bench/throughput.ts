import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load, type LoadResult } from './load.js';
import { startFoyerProcess, startSandboxProcess, type SandboxProcess } from './processes.js';
import { rounded, table } from './table.js';

/** What a listing page asks: 20 products, their next performances, prices and colors. */
const NESTED = /* GraphQL */ `
  {
    products(first: 20) {
      nodes {
        id
        name
        saleStatus
        performances(first: 5) {
          nodes {
            id
            startsAt
            prices {
              amount {
                amount
                currency
              }
              tariff {
                name
              }
            }
            availability {
              color
              remaining
            }
          }
        }
      }
    }
  }
`;
const SMALL = '{ products(first: 1) { nodes { id name } } }';
const CONNECTIONS = 16;
const SECONDS = 8;

/**
 * How much of what the machine can send does GraphQL leave? The peer is a bare `node:http` server that sends the very
 * same bytes; both are processes of their own, and so is whoever asks.
 */
export async function benchThroughput(): Promise<string> {
  await using sandbox = await startSandboxProcess();
  await using foyer = await startFoyerProcess(sandbox.institutions);
  await foyer.ready;
  const rows: (string | number)[][] = [
    [
      'query',
      'bytes',
      'Foyer req/s',
      'p50 ms',
      'p99 ms',
      'node:http req/s',
      'share of node:http',
      'failures',
      'S-360 calls',
    ],
  ];
  for (const [name, query] of Object.entries({ nested: NESTED, small: SMALL })) {
    const body = JSON.stringify({ query });
    const answer = await fetch(foyer.graphql, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const callsBefore = await callCount(sandbox);
    const ours = await load({ url: foyer.graphql, body, connections: CONNECTIONS, seconds: SECONDS });
    const calls = (await callCount(sandbox)) - callsBefore;
    const peer = await loadPeer(bytes, body);
    rows.push([
      name,
      bytes.length,
      rounded(ours.requestsPerSecond, 0),
      rounded(ours.p50Ms),
      rounded(ours.p99Ms),
      rounded(peer.requestsPerSecond, 0),
      `${rounded((100 * ours.requestsPerSecond) / peer.requestsPerSecond)} %`,
      ours.failures,
      calls,
    ]);
  }
  return table(rows);
}

async function callCount({ url }: SandboxProcess): Promise<number> {
  const { calls } = (await (await fetch(`${url}/_sandbox/journal`)).json()) as { calls: unknown[] };
  return calls.length;
}

async function loadPeer(bytes: Buffer, body: string): Promise<LoadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-bench-'));
  const file = join(folder, 'body');
  await writeFile(file, bytes);
  const peer = fork(fileURLToPath(new URL('peer.mjs', import.meta.url)), [file]);
  const [port] = (await once(peer, 'message')) as [number];
  const result = await load({
    url: `http://127.0.0.1:${port}/`,
    body,
    connections: CONNECTIONS,
    seconds: SECONDS,
  });
  peer.kill();
  await rm(folder, { recursive: true });
  return result;
}
