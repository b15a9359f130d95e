import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { DEFAULT_QUERY_LIMITS } from '../../src/server/query-limits.js';

const limitsOf = (env: Readonly<Record<string, string>>) => readConfig(env, '/tmp').limits;

describe('settings of limits', () => {
  it('have defaults', () => {
    expect(limitsOf({})).toEqual({
      server: {
        query: DEFAULT_QUERY_LIMITS,
        times: { queryMs: 11_000, mutationMs: 46_000 },
        bodyBytes: 262_144,
        socketMessageBytes: 65_536,
        socketMessagesPerSecond: 1_000,
        operationsPerSocket: 50,
        socketsPerCaller: 1_000,
        subscriptionsPerCaller: 5_000,
      },
      allowedOrigins: [],
    });
  });

  it('are read', () => {
    const limits = limitsOf({
      MAX_QUERY_DEPTH: '9',
      MAX_ANSWER_FIELDS: '1000',
      QUERY_DEADLINE_MS: '5000',
      CORS_ORIGINS: 'https://shop.example, http://localhost:3000',
    });
    expect(limits).toMatchObject({
      server: { query: { depth: 9, answerFields: 1_000, aliases: 15 }, times: { queryMs: 5_000 } },
      allowedOrigins: ['https://shop.example', 'http://localhost:3000'],
    });
  });

  it('give a query more time than one call to S-360, and a mutation more than one order', () => {
    const { times } = limitsOf({ S360_DEADLINE_MS: '20000', S360_ORDER_DEADLINE_MS: '60000' }).server;
    expect(times).toEqual({ queryMs: 21_000, mutationMs: 180_000 });
  });

  it.each([
    ['CORS_ORIGINS', '*', 'must be a list of origins like https://shop.example, got "*"'],
    ['CORS_ORIGINS', 'null', 'must be a list of origins like https://shop.example, got "null"'],
    [
      'CORS_ORIGINS',
      'https://shop.example/',
      'must be a list of origins like https://shop.example, got "https://shop.example/"',
    ],
    [
      'CORS_ORIGINS',
      'shop.example',
      'must be a list of origins like https://shop.example, got "shop.example"',
    ],
    ['MUTATION_DEADLINE_MS', '8000', 'must be more than S360_ORDER_DEADLINE_MS (8000), got 8000'],
    ['MAX_QUERY_DEPTH', '0', 'must be a whole number from 1 to 30, got "0"'],
  ])('say what is wrong with %s=%s', (name, value, rule) => {
    expect(() => limitsOf({ [name]: value })).toThrow(`${name} ${rule}`);
  });
});
