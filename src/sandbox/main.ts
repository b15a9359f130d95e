import process from 'node:process';
import { WorldFileError } from './open-world.js';
import { startSandbox, type SandboxServer } from './server.js';
import { SettingsError, readSettings, type SandboxSettings } from './settings.js';

/** The sandbox as a process of its own: alone, or started by a gateway that is told over the IPC channel. */
async function main(): Promise<void> {
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
function fail(problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`sandbox: ${problem}\n`);
  if (!process.send) return process.exit(1);
  process.send({ type: 'failed', problems }, () => process.exit(1));
}

await main();
