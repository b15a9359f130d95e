import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { query } from '../support/graphql-client.js';
import { startSampleServer } from '../support/sample-server.js';

/** What the specification allows a server to do, and this one does not: all three are GET as a form or an image sends it. */
const LEFT_OUT = [
  'MAY accept application/x-www-form-urlencoded formatted GET requests',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

describe('the audit of GraphQL over HTTP', () => {
  it('finds nothing that MUST or SHOULD be otherwise', async () => {
    await using server = await startSampleServer();
    const audits = serverAudits({ url: `${server.url}graphql`, fetchFn: fetch });
    const findings = new Map<string, string>();
    for (const audit of audits) {
      const result = await audit.fn();
      if (result.status !== 'ok') findings.set(audit.name, result.reason);
    }
    // An audit that looks at nothing finds nothing.
    expect(audits.length).toBeGreaterThan(50);
    expect([...findings].filter(([name]) => !name.startsWith('MAY '))).toEqual([]);
    expect([...findings.keys()]).toEqual(LEFT_OUT);
  });
});

describe('the type of an answer', () => {
  it.each([
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['application/json', 'application/json'],
    ['application/graphql-response+json', 'application/graphql-response+json'],
    ['application/graphql-response+json, application/json', 'application/graphql-response+json'],
    ['application/json, application/graphql-response+json', 'application/json'],
    ['application/json;q=0.5, application/graphql-response+json', 'application/graphql-response+json'],
    ['application/graphql-response+json;q=0, application/*', 'application/json'],
    ['text/html, APPLICATION/JSON; charset=utf-8', 'application/json'],
    ['*/*, application/graphql-response+json', 'application/graphql-response+json'],
  ])('for %o is %s', async (accept, type) => {
    await using server = await startSampleServer();
    const { headers } = await query(server.url, '{ hello }', {}, { accept });
    expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
  });

  it.each(['{ nothing }', '{ hello', 'query($n: Int!) { long(length: $n) }'])(
    'decides whether the status tells of the mistake in %s',
    async (document) => {
      await using server = await startSampleServer();
      const status = async (accept: string) => (await query(server.url, document, {}, { accept })).status;
      expect(await status('application/graphql-response+json')).toBe(400);
      expect(await status('application/json')).toBe(200);
    },
  );

  it.each(['text/html', 'application/json;q=0', 'application/json;q=2', 'image/*'])(
    'is refused before anything is done for a caller that takes %s only',
    async (accept) => {
      await using server = await startSampleServer();
      const { status, errors } = await query(server.url, 'mutation { write }', {}, { accept });
      expect({ status, code: errors?.[0]?.extensions?.['code'] }).toEqual({
        status: 406,
        code: 'BAD_USER_INPUT',
      });
      expect(server.origins).toEqual([]);
    },
  );
});
