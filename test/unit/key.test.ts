import { expect, it } from 'vitest';
import type { ApiKeyEntry } from '../../src/auth/api-keys.js';
import { createKeyRing } from '../../src/auth/key-ring.js';
import { readConfig } from '../../src/config/config.js';
import { command } from '../support/command.js';

/** `npm run key`. */
const key = (...args: readonly string[]) => command('dist/key.js', args);

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
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.split('\n').filter((line) => line !== '')).toEqual([
    expect.stringMatching(/^key: --name must be .*"a b"$/) as string,
    expect.stringMatching(/^key: --scopes must be of .*"everything"$/) as string,
    expect.stringMatching(/^key: --institutions must be .*"L!"$/) as string,
  ]);
});

it('npm run key says what is missing, and how it is used', async () => {
  const { code, stderr } = await key();
  expect({ code, lines: stderr.trimEnd().split('\n') }).toEqual({
    code: 2,
    lines: [
      expect.stringMatching(/^key: --name is missing; usage: npm run key -- --name NAME/) as string,
      expect.stringMatching(/^key: --scopes is missing: at least one of catalog:read/) as string,
    ],
  });
});
