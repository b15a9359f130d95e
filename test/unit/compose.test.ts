import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, ROOT } from '../support/command.js';

const COMMITTED = join(ROOT, 'schema/supergraph.graphql');
const NOTES = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Performance @key(fields: "id") { id: ID! note: String }
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foyer@compose-'));
  await writeFile(join(folder, 'notes.graphql'), NOTES);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const compose = (...args: readonly string[]) => command('scripts/compose.ts', args);

describe('npm run compose', () => {
  it("gives one's own supergraph on standard output, and leaves the committed one alone", async () => {
    const before = await readFile(COMMITTED, 'utf8');
    const { code, stdout, stderr } = await compose(
      `notes=${folder}/notes.graphql@https://notes.example/graphql`,
      '--url=https://foyer.example/graphql',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('@join__graph(name: "notes", url: "https://notes.example/graphql")');
    expect(stdout).toContain('@join__graph(name: "foyer", url: "https://foyer.example/graphql")');
    expect(await readFile(COMMITTED, 'utf8')).toBe(before);
  });

  it('writes it where it is told', async () => {
    const out = join(folder, 'supergraph.graphql');
    const { code, stdout } = await compose(`notes=${folder}/notes.graphql`, '--out', out);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(await readFile(out, 'utf8')).toContain('url: "http://notes.invalid/graphql"');
  });

  it('names each file that cannot be read by its argument, and where it was looked for', async () => {
    const { code, stderr } = await compose('notes=none.graphql', `reviews=${folder}`);
    expect({ code, lines: stderr.trimEnd().split('\n') }).toEqual({
      code: 2,
      lines: [
        `compose: notes=none.graphql: ${join(process.cwd(), 'none.graphql')} cannot be read (ENOENT)`,
        `compose: reviews=${folder}: ${folder} cannot be read (EISDIR)`,
      ],
    });
  });

  it('refuses, with a line each, what is no subgraph, a name that is taken and an address that is none', async () => {
    const { code, stderr } = await compose('notes', 'foyer=a.graphql', 'a=b', 'a=c', '--url', 'x');
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toEqual([
      'compose: expected NAME=FILE[@ADDRESS], got "notes"',
      expect.stringMatching(/^compose: the name foyer is taken/) as string,
      expect.stringMatching(/^compose: the name a is taken/) as string,
      'compose: --url must be an http(s) address, got "x"',
    ]);
  });

  it('ends with 1 and says which subgraph does not fit', async () => {
    const file = join(folder, 'wrong.graphql');
    await writeFile(file, 'type Query {');
    const { code, stdout, stderr } = await compose(`wrong=${file}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^compose: \[wrong\] .*\(line 1, column 13\)\n$/);
  });
});
