import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'src/sandbox/README.md',
  'bench/results.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const textOf = (file: string): string =>
  readFileSync(join(ROOT, file), 'utf8').replaceAll(/```[^]*?```/g, '');

/** As GitHub makes them of headings. */
function anchorsOf(file: string): Set<string> {
  return new Set(
    [...textOf(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function isThere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(ROOT, file))) return false;
  if (anchor === undefined || !statSync(join(ROOT, file)).isFile()) return anchor === undefined;
  return anchorsOf(file).has(anchor);
}

describe('the documents', () => {
  it.each(DOCUMENTS)('%s leads to files and headings that are there', (document) => {
    const links = [...textOf(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
    const own = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(own.filter((link) => !isThere(document, link))).toEqual([]);
  });

  it('of the alerts lead to their sections of the handbook', () => {
    const rules = readFileSync(join(ROOT, 'deploy/prometheus/alerts.yaml'), 'utf8');
    const links = [...rules.matchAll(/runbook: (\S+)/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !isThere('README.md', link))).toEqual([]);
  });
});
