import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import process from 'node:process';

/**
 * After a run of all tests that failed: runs the files that did once more, alone. Processes, sockets and clocks on a busy
 * machine fail a test now and then, and that must neither pass in silence nor stop a release. Fails when more than four
 * files failed, when nothing is known of the run, and when a file fails again.
 */
const MOST_FILES = 4;

interface Results {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const { testResults } = JSON.parse(readFileSync('test-results.json', 'utf8')) as Results;
const failed = testResults.filter(({ status }) => status === 'failed');
const files = failed.map(({ name }) => relative(process.cwd(), name));
if (failed.length === 0 || failed.length > MOST_FILES) {
  console.error(`${failed.length} files failed: not run again`);
  process.exit(1);
}
for (const { assertionResults } of failed) {
  for (const { status, fullName } of assertionResults) {
    if (status === 'failed') console.error(`FAILED among all others: ${fullName}`);
  }
}
const { status } = spawnSync('npx', ['vitest', 'run', ...files], { stdio: 'inherit' });
if (status === 0) console.error(`UNSTEADY: ${files.join(', ')} passed alone`);
process.exit(status ?? 1);
