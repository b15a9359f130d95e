import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { FIELD_COSTS } from '../../src/resolvers/field-costs.js';
import { readSettings } from '../../src/sandbox/settings.js';
import { DEFAULT_QUERY_LIMITS, type QueryLimits } from '../../src/server/query-limits.js';

function read(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
}

/** Every source file but those of the page. */
function sources(): string[] {
  return readdirSync(new URL('../../src/', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('graphiql'))
    .map((file) => read(`src/${file}`));
}

/** Variables that are read by name, wherever that is: `read.text('PORT')`. */
function variablesRead(): string[] {
  const calls = /\b(?:text|integer|optionalInteger|oneOf|required|number|address)\(\s*'([A-Z][A-Z0-9_]+)'/g;
  return sources().flatMap((source) => [...source.matchAll(calls)].map(([, name]) => name!));
}

/** Rows of tables, cell by cell. */
function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function namesIn(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
}

describe('the README', () => {
  const readme = read('README.md');

  it('names no script that does not exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm (?:run )?(start|test|[a-z:]+)\b/g)].map(([, name]) => name!);
    expect(named.filter((name) => name !== 'install' && name !== 'run' && !(name in scripts))).toEqual([]);
  });

  it('starts with the two lines that need nothing but Node', () => {
    const top = readme.split('\n').slice(0, 60).join('\n');
    expect(top).toContain('npm install && npm start');
    expect(top).toContain('npm install && npm test');
  });

  it('shows queries that the schema answers', async () => {
    const { buildSchema, parse, validate } = await import('graphql');
    const schema = buildSchema(read('schema/schema.graphql'));
    const documents = [...readme.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, text]) => text!);
    expect(documents).toHaveLength(3);
    expect(documents.flatMap((text) => validate(schema, parse(text)))).toEqual([]);
  });
});

describe("the operator's handbook", () => {
  const handbook = read('docs/operate.md');
  const [, table] = handbook.split('## Settings');
  const explained = new Set(
    [...table!.matchAll(/^\| (.*?) \|/gm)].flatMap(([, names]) =>
      [...names!.matchAll(/`([A-Z][A-Z0-9_<>]+)`/g)].map(([, name]) => name!),
    ),
  );

  it('explains every variable that the gateway or the sandbox reads', () => {
    const used = new Set(variablesRead());
    expect(used.size).toBeGreaterThan(30);
    expect([...used].filter((name) => !explained.has(name))).toEqual([]);
  });

  it('explains none that nobody reads', () => {
    const text = sources().join('\n');
    const isRead = (name: string): boolean => {
      const [, ofInstitution] = /^S360_<CODE>_(.+)$/.exec(name) ?? [];
      return ofInstitution === undefined ? text.includes(`'${name}'`) : text.includes(ofInstitution);
    };
    expect([...explained].filter((name) => !isRead(name))).toEqual([]);
  });

  it('tells of each variable the default that it has', () => {
    const real = {
      S360_INSTITUTIONS: 'x=https://s360.example',
      S360_X_USERNAME: 'u',
      S360_X_PASSWORD: 'p',
      JWT_JWKS_URL: 'https://issuer.example/keys',
      JWT_ISSUER: 'i',
      JWT_AUDIENCE: 'a',
      SUBGRAPHS: 'reviews=http://localhost:1',
      TRUSTED_DOCUMENTS: '/documents.json',
    };
    const [asConfigured, alone] = [readConfig(real, '/tmp'), readSettings({})];
    const told = rowsOf(table!).flatMap(([names, defaults = '']) => {
      // What goes for another case is in parentheses.
      const values = defaults.replace(/ \([^)]*\)/g, '').match(/`[^`]+`|[^,`]+/g) ?? [];
      const said = values.map((value) => value.trim()).filter((value) => value !== '');
      return namesIn(names).flatMap((name, index): [string, string][] =>
        said[index]?.startsWith('`') ? [[name.replace('<CODE>', 'X'), said[index].slice(1, -1)]] : [],
      );
    });
    expect(told.length).toBeGreaterThan(40);
    for (const [name, value] of told) {
      const [withIt, without] = name.startsWith('SANDBOX_')
        ? [readSettings({ [name]: value }), alone]
        : [readConfig({ ...real, [name]: value }, '/tmp'), asConfigured];
      expect({ name, withIt }).toEqual({ name, withIt: without });
    }
  });

  it('warns of values of settings that there are', () => {
    const [, values] = handbook.split('## Values that pass');
    const rows = values!.split('## Settings')[0]!.matchAll(/^\| (`.*?) \|/gm);
    const named = [...rows].flatMap(([, names]) =>
      [...names!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !explained.has(name))).toEqual([]);
  });

  it('says what to do about every alert, and about no other', () => {
    const alerts = [...read('deploy/prometheus/alerts.yaml').matchAll(/- alert: (\w+)/g)].map(
      ([, name]) => name!,
    );
    const sections = [...handbook.matchAll(/^### (Foyer\w+)$/gm)].map(([, name]) => name!);
    expect(sections).toEqual(alerts);
  });

  it('names no script that does not exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...handbook.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('the page of limits', () => {
  const page = read('docs/limits.md');

  it('has the number and the setting of every limit of an operation', () => {
    const rows = rowsOf(page).filter(([name]) => namesIn(name).some((one) => one in DEFAULT_QUERY_LIMITS));
    const { fieldCosts: _, ...limits } = DEFAULT_QUERY_LIMITS;
    const inWords = new Set(['answerFields', 'changeFields', 'assumedListSize', 'maxPageSize', 'maxKeys']);
    expect(rows.map(([name]) => namesIn(name)[0]!).sort()).toEqual(
      Object.keys(limits)
        .filter((name) => !inWords.has(name))
        .sort(),
    );
    for (const [name, maximum, setting] of rows) {
      const key = namesIn(name)[0] as Exclude<keyof QueryLimits, 'fieldCosts'>;
      expect({ key, maximum }).toEqual({ key, maximum: limits[key].toLocaleString('en') });
      for (const variable of namesIn(setting))
        expect(readConfig({ [variable]: '7' }, '/tmp').limits.server.query[key]).toBe(7);
    }
  });

  it('has the weight of every field that is more than to read from memory', () => {
    const told = rowsOf(page.split('| a field')[1]!.split('\n\n')[0]!).flatMap(([names, weight = '']) =>
      namesIn(names).map((name) => [name, Number(weight.replace(',', ''))] as const),
    );
    const weights = [...FIELD_COSTS.weights].map(([place, weight]) => [place.replace('Query.', ''), weight]);
    expect(new Map(told)).toEqual(new Map(weights as [string, number][]));
  });
});
