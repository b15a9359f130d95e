import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/faults.md', ROOT), 'utf8');
const tables = page.slice(0, page.indexOf('## Beyond capacity'));
const REFERENCE = /`((?:acceptance|contract|unit)\/[\w-]+)` "([^"]+)"/g;

/** Cells of the rows below the headings. */
const rows = tables
  .split('\n')
  .filter(
    (line) =>
      line.startsWith('| ') && !/^\| (-+|S-360 +\| what|store +\||a client +\||a process +\|)/.test(line),
  )
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('the page of faults', () => {
  it('says of each fault what users see, what is kept, when it heals, and which test shows it', () => {
    expect(rows.length).toBeGreaterThan(35);
    expect(rows.filter((cells) => cells.length !== 5 || cells.includes(''))).toEqual([]);
    expect(rows.filter((cells) => [...cells[4]!.matchAll(REFERENCE)].length === 0)).toEqual([]);
  });

  it('names only tests that are there, by their whole titles', () => {
    const references = [...tables.matchAll(REFERENCE)].map(([, file, title]) => ({
      file: file!,
      title: title!,
    }));
    expect(references.length).toBeGreaterThan(60);
    expect(references.filter(({ file, title }) => !titlesIn(file).has(title))).toEqual([]);
  });
});

/** Titles of tests and of groups, as they are written: with `%s` where a table fills them in. */
function titlesIn(file: string): ReadonlySet<string> {
  const url = new URL(`test/${file}.test.ts`, ROOT);
  if (!existsSync(url)) return new Set();
  const source = readFileSync(url, 'utf8');
  const titles = source.matchAll(/(?:\b(?:it|test|describe)|\)|\])\(\s*(['"`])((?:\\.|(?!\1).)+)\1/g);
  return new Set([...titles].map(([, , title]) => title!.replaceAll(/\\(.)/g, '$1')));
}
