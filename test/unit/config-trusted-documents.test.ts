import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { ConfigError } from '../../src/errors.js';
import { sha256Of } from '../../src/server/trusted-documents.js';
import { readTrustedDocumentsFile } from '../../src/config/trusted-documents-file.js';

const HELLO = 'query Hello { institutions { code } }';

describe('TRUSTED_DOCUMENTS', () => {
  it.each([
    [{}, null],
    [{ TRUSTED_DOCUMENTS: 'documents.json' }, { path: '/srv/documents.json', mode: 'enforce' }],
    [
      { TRUSTED_DOCUMENTS: '/etc/documents.json', TRUSTED_DOCUMENTS_MODE: 'log' },
      { path: '/etc/documents.json', mode: 'log' },
    ],
    [{ TRUSTED_DOCUMENTS: 'documents.json', TRUSTED_DOCUMENTS_MODE: 'off' }, null],
    [{ TRUSTED_DOCUMENTS_MODE: 'off' }, null],
  ])('with %j is %j', (env, expected) => {
    expect(readConfig(env, '/srv').trustedDocuments).toEqual(expected);
  });

  it('must be there when documents are to be looked at', () => {
    expect(() => readConfig({ TRUSTED_DOCUMENTS_MODE: 'enforce' }, '/srv')).toThrow(
      new ConfigError([
        'TRUSTED_DOCUMENTS is missing: TRUSTED_DOCUMENTS_MODE=enforce needs a file of documents',
      ]),
    );
  });

  it('that are enforced are odd beside GraphiQL for everybody', () => {
    const warnings = (env: Record<string, string>) =>
      readConfig({ TRUSTED_DOCUMENTS: 'x.json', ...env }, '/srv').warnings;
    expect(warnings({})).toEqual([expect.stringContaining('GRAPHIQL is for everybody')]);
    expect(warnings({ GRAPHIQL: 'off' })).toEqual([]);
    expect(warnings({ TRUSTED_DOCUMENTS_MODE: 'log' })).toEqual([]);
  });
});

describe('the file of trusted documents', () => {
  it.each([
    ['an object of texts by id', { 'hello-1': HELLO }, 'hello-1'],
    [
      "a manifest of Apollo's tools",
      {
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: 'abc', name: 'Hello', type: 'query', body: HELLO }],
      },
      'abc',
    ],
    ['a list of texts', [HELLO], sha256Of(HELLO)],
  ])('may be %s', async (_form, content, id) => {
    const { byId, hashes } = await read(JSON.stringify(content));
    expect([[...byId], [...hashes]]).toEqual([[[id, HELLO]], []]);
  });

  it('may hold hashes of texts that it does not hold', async () => {
    const { byId, hashes } = await read(JSON.stringify([sha256Of('a'), `sha256:${sha256Of('b')}`]));
    expect([[...byId], [...hashes]]).toEqual([[], [sha256Of('a'), sha256Of('b')]]);
  });

  it.each([
    ['no JSON', '{', [/^TRUSTED_DOCUMENTS must be JSON: .*documents\.json$/]],
    ['nothing', '[]', [/^TRUSTED_DOCUMENTS must hold at least one document/]],
    ['a number', '7', [/^TRUSTED_DOCUMENTS must hold an object of documents by id/]],
    [
      'a manifest without operations',
      '{"format":"apollo-persisted-query-manifest"}',
      [/^TRUSTED_DOCUMENTS must hold an object/],
    ],
    [
      'several mistakes',
      '{"a": 1, "b": "{ hello", "c": "{ hello }"}',
      [/^TRUSTED_DOCUMENTS: document "a" must be a text$/, /^TRUSTED_DOCUMENTS: document "b" is no GraphQL/],
    ],
    [
      'mistakes in a list',
      '["{ hello }", 1, "{ hello"]',
      [/^TRUSTED_DOCUMENTS: entry 2 must be a text$/, /^TRUSTED_DOCUMENTS: entry 3 is no GraphQL/],
    ],
  ])('that holds %s is refused, all mistakes at once', async (_what, content, problems) => {
    const error = await read(content).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems).toEqual(problems.map((rule) => expect.stringMatching(rule)));
  });

  it('that is not there is refused', async () => {
    await expect(readTrustedDocumentsFile('/nowhere/documents.json')).rejects.toThrow(
      new ConfigError(['TRUSTED_DOCUMENTS cannot be read: /nowhere/documents.json (ENOENT)']),
    );
  });
});

async function read(content: string): ReturnType<typeof readTrustedDocumentsFile> {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-'));
  const path = join(folder, 'documents.json');
  try {
    await writeFile(path, content);
    return await readTrustedDocumentsFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
