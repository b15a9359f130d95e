import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { WRONG_ARGUMENTS, readCommandLine } from '../src/command-line.js';

/**
 * `npm run test:router`: Foyer behind a router that others wrote. The router is 600 MB with all that it brings, so it
 * is no dependency: it is installed into `.router/`, once. With `--install` that is all.
 */
const ROUTER = '@graphql-hive/gateway';
const VERSION = '2.15.1';
const DIR = fileURLToPath(new URL('../.router/', import.meta.url));
const INSTALL = [
  'install',
  '--save-exact',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

const USAGE = 'usage: npm run test:router -- [--install]';

const asked = readCommandLine(process.argv.slice(2), { install: 'switch' }, { usage: USAGE });
if (asked.kind === 'help') {
  console.log(
    `${USAGE}\n\nInstalls ${ROUTER} ${VERSION} into .router/, once, and runs the tests of Foyer behind it.\n`,
  );
  console.log('  --install  installs it, and runs nothing');
  process.exit(0);
}
if (asked.problems.length > 0) {
  for (const problem of asked.problems) console.error(`test:router: ${problem}`);
  process.exit(WRONG_ARGUMENTS);
}
if (!(await isInstalled())) {
  await mkdir(DIR, { recursive: true });
  if (!existsSync(`${DIR}package.json`)) await writeFile(`${DIR}package.json`, '{ "private": true }\n');
  run('npm', [...INSTALL, `${ROUTER}@${VERSION}`], DIR);
}
if (asked.switches.has('install')) process.exit(0);
run('npx', ['vitest', 'run', '--config', 'vitest.router.config.ts'], process.cwd());

async function isInstalled(): Promise<boolean> {
  const manifest = await readFile(`${DIR}node_modules/${ROUTER}/package.json`, 'utf8').catch(() => '{}');
  return (JSON.parse(manifest) as { version?: string }).version === VERSION;
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
