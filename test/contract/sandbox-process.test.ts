import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compiled } from '../support/compiled.js';

interface SandboxProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** All that was written to either stream so far. */
  output(): string;
  line(): Promise<string>;
  /** The exit code. */
  ended(): Promise<number | null>;
}

/** The sandbox's own process, with nothing in its environment but these settings. */
function startProcess(settings: Record<string, string>): SandboxProcess {
  const child = fork(compiled('sandbox/main.js'), [], {
    env: { PATH: process.env['PATH'] ?? '', ...settings },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  // Not `close`: it never comes once the channel was cut from this side.
  const exited = Promise.all([
    once(child, 'exit'),
    once(child.stdout!, 'close'),
    once(child.stderr!, 'close'),
  ]);
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    child,
    output: () => output,
    line: async () => {
      while (!output.includes('\n'))
        await Promise.race([once(child.stdout!, 'data'), once(child.stderr!, 'data')]);
      return output.split('\n')[0]!;
    },
    ended: async () => (await exited)[0][0] as number | null,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}

describe('the process of the sandbox', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line with its addresses and ends with 0 at %s',
    async (signal) => {
      await using sandbox = startProcess({ SANDBOX_PORT: '0', SANDBOX_SIZE: '1' });
      const line = await sandbox.line();
      expect(line).toMatch(
        /^S-360 sandbox at http:\/\/127\.0\.0\.1:\d+: http:\S+\/lyric, http:\S+\/atlas, http:\S+\/arena /,
      );
      const [url] = /http:\S+?(?=:? )/.exec(line)!;
      expect((await fetch(url)).status).toBe(200);
      sandbox.child.kill(signal);
      expect(await sandbox.ended()).toBe(0);
      expect(sandbox.output().trimEnd().split('\n')).toHaveLength(1);
    },
  );

  it('tells its parent where it is, and ends when the parent is gone', async () => {
    await using sandbox = startProcess({ SANDBOX_PORT: '0', SANDBOX_SIZE: '1' });
    const [message] = await once(sandbox.child, 'message');
    expect(message).toMatchObject({
      type: 'ready',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      institutions: [{ code: 'lyric', username: 'LYRIC_FOYER', password: 'sandbox' }, {}, {}],
    });
    sandbox.child.disconnect();
    expect(await sandbox.ended()).toBe(0);
  });

  it('says every wrong setting in a line of its own, to both, and ends with 1', async () => {
    await using sandbox = startProcess({
      SANDBOX_HOST: 'sandbox.local',
      SANDBOX_PORT: '65536',
      SANDBOX_SIZE: '51',
      SANDBOX_SPEED: 'fast',
      SANDBOX_LATENCY_MS: '-1',
      S360_MINUTE_MS: '5',
    });
    const [message] = await once(sandbox.child, 'message');
    expect(await sandbox.ended()).toBe(1);
    const lines = sandbox.output().trimEnd().split('\n');
    expect(lines).toEqual([
      'sandbox: SANDBOX_HOST must be an IP address, got "sandbox.local"',
      'sandbox: SANDBOX_PORT must be a whole number from 0 to 65535, got "65536"',
      'sandbox: SANDBOX_SIZE must be a number from 0.1 to 50, got "51"',
      'sandbox: SANDBOX_SPEED must be a number from 0 to 1000, got "fast"',
      'sandbox: SANDBOX_LATENCY_MS must be a whole number from 0 to 600000, got "-1"',
      'sandbox: S360_MINUTE_MS must be a whole number from 10 to 3600000, got "5"',
    ]);
    expect(message).toEqual({ type: 'failed', problems: lines.map((line) => line.replace('sandbox: ', '')) });
  });

  it('listens on every address of the machine when told so', async () => {
    await using sandbox = startProcess({ SANDBOX_HOST: '0.0.0.0', SANDBOX_PORT: '0', SANDBOX_SIZE: '1' });
    const [, port] = /http:\/\/0\.0\.0\.0:(\d+)/.exec(await sandbox.line())!;
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  it('says in one line that its address is not to be had, and ends with 1', async () => {
    await using sandbox = startProcess({ SANDBOX_HOST: '192.0.2.1', SANDBOX_PORT: '0', SANDBOX_SIZE: '1' });
    expect(await sandbox.ended()).toBe(1);
    expect(sandbox.output()).toBe('sandbox: SANDBOX_HOST 192.0.2.1 is no address of this machine\n');
  });

  it('says in one line that its port is taken, and ends with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await using sandbox = startProcess({ SANDBOX_PORT: String(port), SANDBOX_SIZE: '1' });
    expect(await sandbox.ended()).toBe(1);
    expect(sandbox.output()).toBe(
      `sandbox: SANDBOX_PORT ${port} cannot be used on 127.0.0.1: another program has it\n`,
    );
    other.close();
  });

  it.each([
    [
      'that is not there',
      '/nowhere/at/all.json',
      /^sandbox: SANDBOX_WORLD "\/nowhere\/at\/all\.json" cannot be used: ENOENT/,
    ],
    [
      'that is no catalog',
      fileURLToPath(new URL('../../package.json', import.meta.url)),
      /^sandbox: SANDBOX_WORLD .*package\.json/,
    ],
  ])('says in one line what is wrong with a world file %s', async (_name, file, message) => {
    await using sandbox = startProcess({ SANDBOX_PORT: '0', SANDBOX_WORLD: file });
    expect(await sandbox.ended()).toBe(1);
    expect(sandbox.output()).toMatch(message);
    expect(sandbox.output().trimEnd().split('\n')).toHaveLength(1);
  });
});
