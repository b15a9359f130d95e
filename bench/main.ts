import 'reflect-metadata';
import { benchCalls } from './calls.js';
import { benchCatalogLoad } from './catalog-load.js';
import { benchCost } from './cost.js';
import { benchFederation } from './federation.js';
import { benchJournal } from './journal.js';
import { benchOrders } from './orders.js';
import { benchReplicas } from './replicas.js';
import { benchSockets } from './sockets.js';
import { benchThroughput } from './throughput.js';

/**
 * `npm run bench [-- name …]`: one question each, answered as a table on standard output. Figures are ratios against
 * a peer or a limit that was measured in the same run, since machines differ and are noisy.
 */
const BENCHES: Record<string, () => Promise<string>> = {
  calls: benchCalls,
  throughput: benchThroughput,
  'catalog-load': benchCatalogLoad,
  cost: benchCost,
  journal: benchJournal,
  federation: benchFederation,
  orders: benchOrders,
  replicas: benchReplicas,
  sockets: benchSockets,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`No such bench: ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(1);
}
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n## ${name}\n`);
  console.log(await bench());
}
process.exit(0);
