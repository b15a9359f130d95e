import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

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
