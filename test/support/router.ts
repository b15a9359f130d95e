import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

const PROGRAM = fileURLToPath(new URL('../../.router/node_modules/.bin/hive-gateway', import.meta.url));

/** An independent router, as a process of its own; `url` ends with a slash, like a gateway's. */
export interface Router extends AsyncDisposable {
  readonly url: string;
}

/** Serves the supergraph; subscriptions are asked of subgraphs over a WebSocket at their own address. */
export async function startRouter(supergraphSdl: string): Promise<Router> {
  const dir = await mkdtemp(join(tmpdir(), 'foyer-router-'));
  const supergraph = join(dir, 'supergraph.graphql');
  const config = join(dir, 'gateway.config.mjs');
  await writeFile(supergraph, supergraphSdl);
  await writeFile(config, CONFIG);
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [PROGRAM, 'supergraph', supergraph, '-c', config, '-p', String(port), '-h', '127.0.0.1', '--fork', '1'],
    { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const note = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}/`;
  await eventually('the router', async () => {
    if (child.exitCode !== null) throw new Error(`the router ended: ${output}`);
    const answer = await fetch(`${url}readiness`).catch(() => null);
    return answer?.ok === true ? true : null;
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const CONFIG = `export const gatewayConfig = {
  transportEntries: { '*.http': { options: { subscriptions: { kind: 'ws', location: '/graphql' } } } },
};
`;
