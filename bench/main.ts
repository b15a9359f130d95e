import 'reflect-metadata';
import { WRONG_ARGUMENTS, readCommandLine } from '../src/command-line.js';
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

const USAGE = 'usage: npm run bench -- [NAME …]';

const HELP = `${USAGE}

Measures, minutes each, and prints tables. Without a name all of them: ${Object.keys(BENCHES).join(', ')}.
What each one asks, and what was seen: bench/results.md.
`;

const asked = readCommandLine(process.argv.slice(2), {}, { usage: USAGE, takesWords: true });
if (asked.kind === 'help') {
  process.stdout.write(HELP);
  process.exit(0);
}
const problems = [
  ...asked.problems,
  ...asked.words
    .filter((name) => !Object.hasOwn(BENCHES, name))
    .map((name) => `there is no ${JSON.stringify(name)}, but ${Object.keys(BENCHES).join(', ')}`),
];
if (problems.length > 0) {
  for (const problem of problems) console.error(`bench: ${problem}`);
  process.exit(WRONG_ARGUMENTS);
}
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.words.length > 0 && !asked.words.includes(name)) continue;
  console.log(`\n## ${name}\n`);
  console.log(await bench());
}
process.exit(0);
