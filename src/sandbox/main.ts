import process from 'node:process';
import { WorldFileError } from './open-world.js';
import { startSandbox, type SandboxServer } from './server.js';
import { SettingsError, readSettings, type SandboxSettings } from './settings.js';

const USAGE = 'usage: npm run sandbox, with settings in the environment';

const HELP = `${USAGE}

Starts a small S-360 alone. Its settings are SANDBOX_PORT, SANDBOX_HOST, SANDBOX_WORLD, SANDBOX_SEED, SANDBOX_SIZE, SANDBOX_SPEED,
SANDBOX_LATENCY_MS, SANDBOX_CONTROL and S360_MINUTE_MS: docs/operate.md, and src/sandbox/README.md on faults and limits.
`;

const WRONG_ARGUMENTS = 2;

/** The sandbox as a process of its own: alone, or started by a gateway that is told over the IPC channel. */
async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) return void process.stdout.write(HELP);
  if (args.length > 0) return fail([`${JSON.stringify(args[0])} is not expected; ${USAGE}`], WRONG_ARGUMENTS);
  let sandbox: SandboxServer;
  try {
    sandbox = await start(readSettings(process.env));
  } catch (error) {
    return fail(problemsOf(error));
  }
  const end = (): void => void sandbox.stop().then(() => process.exit(0));
  process.once('SIGTERM', end).once('SIGINT', end);
  // Whoever started us is gone: nobody is left to serve.
  process.once('disconnect', end);

  const { url, institutions } = sandbox;
  process.send?.({ type: 'ready', url, institutions });
  const addresses = institutions.map(({ baseUrl }) => baseUrl).join(', ');
  process.stdout.write(
    `S-360 sandbox at ${url}: ${addresses} (operator <CODE>_FOYER, password ${institutions[0]?.password})\n`,
  );
}

function start({ worldFile, sizeMb, ...settings }: SandboxSettings): Promise<SandboxServer> {
  return startSandbox({
    ...settings,
    ...(worldFile === undefined ? {} : { worldFile }),
    ...(sizeMb === undefined ? {} : { sizeMb }),
  });
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof SettingsError) return error.problems;
  if (error instanceof WorldFileError) return [error.message];
  if (isListenError(error)) {
    if (error.code === 'EADDRNOTAVAIL')
      return [`SANDBOX_HOST ${error.address} ${LISTEN_PROBLEMS[error.code]}`];
    return [`SANDBOX_PORT ${error.port} cannot be used on ${error.address}: ${LISTEN_PROBLEMS[error.code]}`];
  }
  throw error;
}

const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has it',
  EACCES: 'this user may not open it',
  EADDRNOTAVAIL: 'is no address of this machine',
};

interface ListenError extends Error {
  readonly code: string;
  readonly address: string;
  readonly port: number;
}

function isListenError(error: unknown): error is ListenError {
  return error instanceof Error && 'code' in error && Object.hasOwn(LISTEN_PROBLEMS, String(error.code));
}

/** A line for each problem, and for the parent the same in one message; then the end. */
function fail(problems: readonly string[], code = 1): void {
  for (const problem of problems) process.stderr.write(`sandbox: ${problem}\n`);
  if (!process.send) return process.exit(code);
  process.send({ type: 'failed', problems }, () => process.exit(code));
}

await main(process.argv.slice(2));
