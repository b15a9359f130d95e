import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import { openSecretKey, UnsealError, type SecretKey } from '../../src/secret-key.js';
import { failureOf } from '../support/failure.js';

const OLD = 'an old secret of at least 32 characters';
const NEW = 'a new secret of at least 32 characters!';

function keyOf(secret: string): Promise<SecretKey> {
  return openSecretKey({ secret, file: '/nowhere' });
}

describe('a sealed text', () => {
  it('is opened again, whatever it holds', async () => {
    const key = await keyOf(NEW);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        expect(key.open(key.seal(text))).toBe(text);
      }),
    );
  });

  it('shows nothing of its content and is never the same twice', async () => {
    const key = await keyOf(NEW);
    const [one, two] = [key.seal('310000640077906000010417'), key.seal('310000640077906000010417')];
    expect(one).not.toBe(two);
    expect(one).not.toContain(Buffer.from('31000064').toString('base64url').slice(0, 8));
    expect(one).toMatch(/^[\w-]{8}\.[\w-]+$/);
  });

  it('is refused after the change of any character', async () => {
    const key = await keyOf(NEW);
    const sealed = key.seal('310000640077906000010417');
    for (const altered of alterationsOf(sealed)) expect(() => key.open(altered)).toThrow(UnsealError);
    for (const other of ['', '.', 'a.b', `${sealed}.x`, sealed.slice(0, -1)]) {
      expect(() => key.open(other)).toThrow(UnsealError);
    }
  });

  it('is opened by any of several secrets, and sealed by the first', async () => {
    const [old, both, renewed] = [await keyOf(OLD), await keyOf(`${NEW}, ${OLD}`), await keyOf(NEW)];
    expect(both.open(old.seal('kept'))).toBe('kept');
    expect(renewed.open(both.seal('new'))).toBe('new');
    expect(() => renewed.open(old.seal('kept'))).toThrow('its key is none of those we have');
  });
});

describe('a signature', () => {
  it('is of one text, one purpose and one secret', async () => {
    const [key, other] = [await keyOf(NEW), await keyOf(OLD)];
    const signature = key.sign('ticket link', 'text');
    expect(signature).toMatch(/^[\w-]{22}$/);
    expect(key.verify('ticket link', 'text', signature)).toBe(true);
    expect(key.verify('ticket link', 'texts', signature)).toBe(false);
    expect(key.verify('another purpose', 'text', signature)).toBe(false);
    expect(other.verify('ticket link', 'text', signature)).toBe(false);
    const both = await keyOf(`${OLD}, ${NEW}`);
    expect(both.signatures('ticket link', 'text')).toEqual([other.sign('ticket link', 'text'), signature]);
    expect((await keyOf(`${OLD},${NEW}`)).verify('ticket link', 'text', signature)).toBe(true);
  });

  it('is refused after any change, and when it is no signature', async () => {
    const key = await keyOf(NEW);
    const signature = key.sign('p', 'text');
    for (const altered of [
      ...alterationsOf(signature),
      '',
      'x',
      `${signature}=`,
      `${signature}A`,
      ` ${signature}`,
    ]) {
      expect(key.verify('p', 'text', altered)).toBe(false);
    }
  });
});

describe('the secret of an installation', () => {
  it('is made once, for this user only, and kept', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'state', 'secret.key');
    const sealed = (await openSecretKey({ secret: null, file })).seal('kept');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(Buffer.from((await readFile(file, 'utf8')).trim(), 'base64url')).toHaveLength(32);
    expect((await openSecretKey({ secret: null, file })).open(sealed)).toBe('kept');
    expect(await readdir(join(folder.path, 'state'))).toEqual(['secret.key']);
  });

  it('is the same for all that start at once', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'secret.key');
    const keys = await Promise.all(Array.from({ length: 20 }, () => openSecretKey({ secret: null, file })));
    expect(new Set(keys.map((key) => key.sign('p', 'text'))).size).toBe(1);
    expect(await readdir(folder.path)).toEqual(['secret.key']);
  });

  it('is not looked at when there is a setting', async () => {
    await using folder = await temporaryFolder();
    await openSecretKey({ secret: NEW, file: join(folder.path, 'secret.key') });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('is refused when it is too short, with words that do not repeat it', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'secret.key');
    await writeFile(file, 'short-canary');
    for (const source of [
      { secret: null, file },
      { secret: 'short-canary', file },
      { secret: `${NEW},short-canary`, file },
      { secret: `${NEW},`, file },
    ]) {
      const error = await failureOf(openSecretKey(source));
      expect(error).toBeInstanceOf(ConfigError);
      expect(String(error)).not.toContain('short-canary');
    }
  });

  it('ends the start with a line when it cannot be made', async () => {
    const error = await failureOf(openSecretKey({ secret: null, file: '/dev/null/secret.key' }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain('/dev/null/secret.key cannot be read or made');
  });
});

/** Every text that differs from it in one character. */
function* alterationsOf(text: string): Iterable<string> {
  for (let index = 0; index < text.length; index += 1) {
    for (const character of 'ABab01-_.~ é') {
      if (character !== text[index]) yield text.slice(0, index) + character + text.slice(index + 1);
    }
  }
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'foyer-secret-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
