import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { ApiKeyEntry } from '../../src/auth/api-keys.js';
import { createKeyRing } from '../../src/auth/key-ring.js';
import { readConfig } from '../../src/config/config.js';
import { compiled } from '../support/compiled.js';

/** `npm run key`. */
async function key(...args: readonly string[]) {
  const ended = promisify(execFile)(process.execPath, [compiled('key.js'), ...args]);
  return ended.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

it('npm run key makes a key that opens what its entry says, and stores nothing of it but a hash', async () => {
  const { stdout, stderr } = await key(
    '--name',
    'shop',
    '--scopes',
    'catalog:read,orders:read',
    '--institutions',
    'lyric',
  );
  const [made] = /foyer_\S{43}/.exec(stderr)!;
  expect(stdout).not.toContain(made);
  const config = readConfig({ API_KEYS: `[${stdout}]` }, '/');
  expect(config.auth.mode).toBe('required');
  const caller = createKeyRing([JSON.parse(stdout) as ApiKeyEntry]).find(made);
  expect(caller).toMatchObject({
    id: 'shop',
    scopes: new Set(['catalog:read', 'orders:read']),
    institutions: new Set(['lyric']),
  });
});

it('npm run key says everything that is wrong with its options', async () => {
  const { code, stdout, stderr } = await key(
    '--name',
    'a b',
    '--scopes',
    'orders:read,everything',
    '--institutions',
    'L!',
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.split('\n').filter((line) => line !== '')).toEqual([
    expect.stringMatching(/^key: --name must be .*"a b"$/) as string,
    expect.stringMatching(/^key: --scopes must be of .*"everything"$/) as string,
    expect.stringMatching(/^key: --institutions must be .*"L!"$/) as string,
  ]);
});
