import { print } from 'graphql';
import { ProductPageDocument } from '../test/operations/operations.js';
import { load } from './load.js';
import { startFoyerProcess, startSandboxProcess } from './processes.js';
import { rounded, table } from './table.js';

/** Two thirds of what an operation may cost. */
const LONG = JSON.stringify({ query: print(ProductPageDocument) });
const LIGHT = JSON.stringify({ query: '{ products(first: 1) { nodes { id name } } }' });
const CALLERS = [1, 8];
const SECONDS = 6;

interface AnsweredCost {
  readonly extensions: { readonly cost: { readonly requested: number } };
}

/**
 * Whoever asks for the longest answers that are allowed, one after the other, how much later is a light query answered that
 * somebody else asks, and for how long does the event loop stand still at most? No rate limit is in the way here.
 */
export async function benchCost(): Promise<string> {
  await using sandbox = await startSandboxProcess();
  await using foyer = await startFoyerProcess(sandbox.institutions);
  await foyer.ready;
  const answer = await fetch(foyer.graphql, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: LONG,
  });
  const text = await answer.text();
  const { extensions } = JSON.parse(text) as AnsweredCost;
  const light = { url: foyer.graphql, body: LIGHT, connections: 1, seconds: SECONDS };
  const alone = await load(light);
  await foyer.seen();
  const rows: (string | number)[][] = [
    [
      'long answers at once',
      'cost',
      'fields',
      'light p50 ms (alone)',
      'light p99 ms (alone)',
      'p99 above alone',
      'of one long answer',
      'longest stall ms',
      'peak MB',
      'failures',
    ],
  ];
  for (const connections of CALLERS) {
    const [long, beside] = await Promise.all([
      load({ url: foyer.graphql, body: LONG, connections, seconds: SECONDS }),
      load(light),
    ]);
    const { longestStallMs, peakMemoryMb } = await foyer.seen();
    rows.push([
      connections,
      extensions.cost.requested,
      (text.match(/":/g) ?? []).length,
      `${rounded(beside.p50Ms)} (${rounded(alone.p50Ms)})`,
      `${rounded(beside.p99Ms)} (${rounded(alone.p99Ms)})`,
      `${rounded(beside.p99Ms / alone.p99Ms)} x`,
      `${rounded((100 * beside.p99Ms) / long.p50Ms, 0)} %`,
      rounded(longestStallMs),
      rounded(peakMemoryMb, 0),
      long.failures + beside.failures,
    ]);
  }
  return table(rows);
}
