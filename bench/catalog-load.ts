import { query } from '../test/support/graphql-client.js';
import {
  startFoyerProcess,
  startSandboxProcess,
  type FoyerProcess,
  type SandboxProcess,
} from './processes.js';
import { rounded, table } from './table.js';

const SIZES_MB = [1, 10, 50];
/** The longest time the event loop may stand still. */
const STALL_LIMIT_MS = 50;
/** Short, so that another load is allowed soon: the contract allows one in ten of its minutes. */
const PACE = { S360_MINUTE_MS: '500', S360_CALLS_PER_MONTH: '100000000' };
/** Other programs stall us too: the one in the middle is ours. */
const RELOADS = 3;

interface CatalogFacts {
  readonly productCount: number;
  readonly performanceCount: number;
  readonly version: string;
}

/**
 * How long does a cold process take to a complete catalog, how much memory does it need on the way, and for how long
 * does its event loop stand still at most, then and when the catalog is loaded anew while it serves?
 */
export async function benchCatalogLoad(): Promise<string> {
  const rows: (string | number)[][] = [
    [
      'answer',
      'products',
      'performances',
      'cold load s',
      'MB/s',
      'longest stall ms, first load',
      `longest stall ms, reload (median of ${RELOADS})`,
      `worst of the ${STALL_LIMIT_MS} ms allowed`,
      'memory above start, peak',
    ],
  ];
  for (const sizeMb of SIZES_MB) {
    await using sandbox = await startSandboxProcess({ ...PACE, SANDBOX_SIZE: String(sizeMb) });
    const institutions = sandbox.institutions.slice(0, 1);
    await using foyer = await startFoyerProcess(institutions, PACE);
    const startedAt = performance.now();
    const { memoryMb } = await foyer.seen();
    await foyer.ready;
    const seconds = (performance.now() - startedAt) / 1_000;
    const first = await foyer.seen();
    const facts = await catalogFacts(foyer);
    const stalls: number[] = [];
    let { peakMemoryMb } = first;
    for (let round = 1; round <= RELOADS; round += 1) {
      const { version } = await catalogFacts(foyer);
      await renameProduct(sandbox, foyer, `Renamed ${round}`);
      while ((await catalogFacts(foyer)).version === version) await pause();
      // Colors follow a new catalog.
      await pause(2_000);
      const seen = await foyer.seen();
      stalls.push(seen.longestStallMs);
      peakMemoryMb = seen.peakMemoryMb;
    }
    const reloadStallMs = stalls.toSorted((a, b) => a - b)[Math.floor(RELOADS / 2)]!;
    const worst = Math.max(first.longestStallMs, reloadStallMs);
    const above = peakMemoryMb - memoryMb;
    rows.push([
      `${sizeMb} MB`,
      facts.productCount,
      facts.performanceCount,
      rounded(seconds, 2),
      rounded(sizeMb / seconds),
      rounded(first.longestStallMs),
      rounded(reloadStallMs),
      `${rounded((100 * worst) / STALL_LIMIT_MS, 0)} %`,
      `${rounded(above, 0)} MB (${rounded(above / sizeMb)} x the answer)`,
    ]);
  }
  return table(rows);
}

async function catalogFacts({ graphql }: FoyerProcess): Promise<CatalogFacts> {
  const { data } = await query(
    graphql,
    '{ institutions { catalog { productCount performanceCount version } } }',
  );
  return (data as { institutions: [{ catalog: CatalogFacts }] }).institutions[0].catalog;
}

/** As the organiser would. */
async function renameProduct(
  { url }: SandboxProcess,
  { graphql }: FoyerProcess,
  name: string,
): Promise<void> {
  const { data } = await query(graphql, '{ products(first: 1) { nodes { s360Id institution { code } } } }');
  const [{ s360Id, institution }] = (
    data as { products: { nodes: [{ s360Id: string; institution: { code: string } }] } }
  ).products.nodes;
  await fetch(`${url}/_sandbox/setup`, {
    method: 'POST',
    body: JSON.stringify({ institution: institution.code, productId: s360Id, name }),
  });
}

function pause(ms = 100): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
