import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LIST = '/-/npm/v1/security/advisories/bulk';
const WEAKNESS = {
  id: 1,
  url: 'https://advisories.example/1',
  title: 'Anybody may come in',
  vulnerable_versions: '*',
};

/** `npm run audit` in that folder, with a registry that answers the list of weaknesses so, and has nothing else. */
async function audit(folder: string, advisories: object | null) {
  const server = createServer((request, response) => {
    const isAnswered = request.url === LIST && advisories !== null;
    request.resume().once('end', () => {
      response.writeHead(isAnswered ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isAnswered ? advisories : {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cache = await mkdtemp(join(tmpdir(), 'foyer-audit-'));
  const env = {
    PATH: process.env['PATH'],
    HOME: cache,
    npm_config_registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    npm_config_cache: cache,
  };
  const args = ['--import', join(ROOT, 'node_modules/tsx/dist/loader.mjs'), join(ROOT, 'scripts/audit.ts')];
  const ended = promisify(execFile)(process.execPath, args, { cwd: folder, env });
  const result = await ended.then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      text: error.stderr + error.stdout,
    }),
  );
  server.close();
  await rm(cache, { recursive: true, force: true });
  return result;
}

it.each([
  ['passes where nothing is known', {}, 0, /"high":0,.*\n.*publishes no keys/],
  [
    'fails on a grave weakness, and names it',
    { fastify: [{ ...WEAKNESS, severity: 'high' }] },
    1,
    /audit: fastify: high: Anybody may come in/,
  ],
  ['passes with a small one', { fastify: [{ ...WEAKNESS, severity: 'low' }] }, 0, /"low":[1-9]/],
  [
    'passes, and says so, where the registry has no list',
    null,
    0,
    /does not tell of weaknesses, nothing was looked at: 404/,
  ],
])('the audit of dependencies %s', async (_what, advisories, code, words) => {
  const result = await audit(ROOT, advisories);
  expect(result.text).toMatch(words);
  expect(result.code).toBe(code);
});

it('the audit of dependencies fails where npm cannot look', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-audit-'));
  await writeFile(join(folder, 'package.json'), '{"name":"x","version":"1.0.0"}');
  const { code, text } = await audit(folder, {});
  expect(text).toMatch(/audit: npm cannot look: .*lockfile/);
  expect(code).toBe(1);
  await rm(folder, { recursive: true, force: true });
});
