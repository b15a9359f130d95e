import process from 'node:process';
import { getHeapStatistics } from 'node:v8';
import { watchPressure } from '../../src/server/pressure.js';

/** To be run with 200 MB of heap: says what is short while it makes garbage, when it keeps everything, and afterwards. */
const MB = 1024 * 1024;
const pressure = watchPressure();
const kept: object[][] = [];

const looked = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 260));
const chunk = (): object[] => Array.from({ length: 10_000 }, (_, index) => ({ index }));

const garbage = new Set<string>();
for (let round = 0; round < 3; round++) {
  for (let index = 0; index < 300; index++) chunk();
  await looked();
  const shortage = pressure.shortage();
  if (shortage !== null) garbage.add(shortage);
}

while (getHeapStatistics().used_heap_size < 155 * MB) kept.push(chunk());
// Slowly from here: it must be seen before the process dies of it.
while (pressure.shortage() === null) {
  for (let index = 0; index < 6; index++) kept.push(chunk());
  for (let index = 0; index < 20; index++) chunk();
  await looked();
}
const full = pressure.shortage();

kept.length = 0;
// What lives for a while and goes, as answers do, has V8 look for what can go.
while (pressure.shortage() !== null) {
  for (let index = 0; index < 100; index++) {
    kept.push(chunk());
    if (kept.length > 40) kept.shift();
  }
  await looked();
}
process.stdout.write(JSON.stringify({ garbage: [...garbage], full, emptied: pressure.shortage() }));
pressure.stop();
