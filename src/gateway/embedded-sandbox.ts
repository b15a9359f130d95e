import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { variableCode, type InstitutionConfig } from '../config/institutions.js';
import type { SandboxConfig } from '../config/sandbox.js';
import { ConfigError } from '../errors.js';
import { startProcess } from '../threads.js';

/** The sandbox on a process of its own, so that its work is not the gateway's. It ends when this process does. */
export interface EmbeddedSandbox {
  readonly url: string;
  readonly institutions: readonly InstitutionConfig[];
  stop(): Promise<void>;
}

export interface EmbeddedSandboxOptions {
  readonly sandbox: SandboxConfig;
  readonly minuteMs: number;
  readonly log: Logger;
}

/** What the sandbox's process says to the one that started it. */
type SandboxMessage =
  | {
      readonly type: 'ready';
      readonly url: string;
      readonly institutions: readonly { code: string; baseUrl: string; username: string; password: string }[];
    }
  | { readonly type: 'failed'; readonly problems: readonly string[] };

/** Resolves when the sandbox serves; throws ConfigError with the sandbox's own words when it cannot. */
export async function startEmbeddedSandbox(options: EmbeddedSandboxOptions): Promise<EmbeddedSandbox> {
  const child = startProcess(new URL('../sandbox/main.js', import.meta.url), [], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...options.sandbox.env, S360_MINUTE_MS: String(options.minuteMs) },
  });
  const complaints = collectComplaints(child, options.log);
  const message = await firstMessage(child, complaints);
  if (message.type === 'failed')
    throw new ConfigError(message.problems.map((problem) => `Sandbox: ${problem}`));

  let isStopping = false;
  const exited = once(child, 'exit');
  child.once('exit', () => {
    if (!isStopping) options.log.error('the embedded sandbox ended; answers come from the cache from now on');
  });
  return {
    url: message.url,
    institutions: message.institutions.map((institution) => ({
      ...institution,
      paymentMethod: 'PEND',
      symbology: options.sandbox.symbologies.get(variableCode(institution.code)) ?? 'QR',
      levels: {},
    })),
    stop: async () => {
      isStopping = true;
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function firstMessage(child: ChildProcess, complaints: () => string): Promise<SandboxMessage> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as SandboxMessage));
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`the sandbox ended at its start with ${code}: ${complaints()}`)),
    );
  });
}

/** The last words on the child's standard error, kept short. */
function collectComplaints(child: ChildProcess, log: Logger): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-2_000);
    log.debug({ sandbox: text.trimEnd() }, 'the sandbox wrote to standard error');
  });
  return () => tail.trim();
}
