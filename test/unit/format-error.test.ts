import { GraphQLError, Kind } from 'graphql';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createErrorFormatter, MASKED_MESSAGE } from '../../src/server/format-error.js';
import { DEFAULT_QUERY_LIMITS } from '../../src/server/query-limits.js';

const format = createErrorFormatter({
  log: pino({ level: 'silent' }),
  limits: DEFAULT_QUERY_LIMITS,
  allowSuggestions: false,
  onError: () => undefined,
});

function messageOf(text: string): string {
  return format(new GraphQLError(text, { extensions: { code: 'BAD_USER_INPUT' } }), 'a').message;
}

function timeOf(text: string): number {
  const startedAt = performance.now();
  expect(messageOf(text)).toBe(text);
  return performance.now() - startedAt;
}

it.each([
  [
    'Cannot query field "a" on type "B". Did you mean "c", "d", or "e"?',
    'Cannot query field "a" on type "B".',
  ],
  ['Field "Did you mean " is not defined. Did you mean "c"?', 'Field "Did you mean " is not defined.'],
  ['Did you mean that', 'Did you mean that'],
])('leaves out what %s suggests', (text, left) => {
  expect(messageOf(text)).toBe(left);
});

it("looks for suggestions once, however often the caller's own words begin like one", () => {
  const [plain, alike] = ['Did he mean ', 'Did you mean '].map((words) => {
    const text = `Field "${words.repeat(20_000)}" is not defined.`;
    return Math.min(...[1, 2, 3].map(() => timeOf(text)));
  });
  // Each of them as a beginning of its own took thousands of times as long.
  expect(alike).toBeLessThan(100 * plain! + 10);
});

it.each([
  ['is no GraphQL error', new Error('password hunter2')],
  ['is no error', 'password hunter2'],
  [
    'a result makes that does not fit its type',
    new GraphQLError('Expected value of type "Seat" but got: "hunter2".', {
      nodes: { kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'seat' } },
      path: ['seat'],
    }),
  ],
])('masks what %s', (_what, error) => {
  expect(format(error, 'a')).toMatchObject({
    message: MASKED_MESSAGE,
    extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false, correlationId: 'a' },
  });
});
