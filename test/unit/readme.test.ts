import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

function read(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
}

/** Names of variables that the sources read, written there in full. */
function variablesIn(source: string): Set<string> {
  return new Set(
    source.match(
      /\b(?:PORT|HOST|LOG_LEVEL|GRAPHIQL|CACHE_DIR|DATABASE_URL|SECRET_KEY|PUBLIC_URL|FEDERATION|SUBGRAPHS|SUBGRAPH_HEADERS|SUBGRAPH_DEADLINE_MS|SUBGRAPH_POLL_MS|TICKET_LINK_HOURS|MAX_REQUESTS_IN_FLIGHT|MAX_SOCKETS|RATE_LIMIT_PER_MINUTE|TRUSTED_PROXIES|S360_[A-Z_]+[A-Z]|SANDBOX_[A-Z_]+[A-Z])\b/g,
    ),
  );
}

describe('the README', () => {
  const readme = read('README.md');

  it('explains every variable that the gateway or the sandbox reads', () => {
    const known = variablesIn(readme);
    const used = [
      ...variablesIn(read('src/config.ts')),
      ...variablesIn(read('src/subgraphs-config.ts')),
      ...variablesIn(read('src/admission-config.ts')),
      ...variablesIn(read('src/rate-limit-config.ts')),
      ...variablesIn(read('src/sandbox/settings.ts')),
    ];
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

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
