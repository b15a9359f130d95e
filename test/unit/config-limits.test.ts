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
    expect(readConfig({}, '/tmp').admission).toEqual({ requestsInFlight: 500, sockets: 20_000 });
  });

  it('are read, each into its own place', () => {
    const { limits, admission } = readConfig(
      {
        MAX_QUERY_TOKENS: '101',
        MAX_QUERY_DEPTH: '9',
        MAX_QUERY_ALIASES: '103',
        MAX_QUERY_ROOT_FIELDS: '104',
        MAX_QUERY_FIELDS: '105',
        MAX_QUERY_DIRECTIVES: '106',
        MAX_ANSWER_FIELDS: '107',
        QUERY_DEADLINE_MS: '5000',
        MUTATION_DEADLINE_MS: '50000',
        MAX_BODY_BYTES: '1108',
        MAX_SOCKET_MESSAGE_BYTES: '1109',
        MAX_SOCKET_MESSAGES_PER_SECOND: '110',
        MAX_OPERATIONS_PER_SOCKET: '111',
        MAX_SOCKETS_PER_CALLER: '112',
        MAX_SUBSCRIPTIONS_PER_CALLER: '113',
        MAX_REQUESTS_IN_FLIGHT: '114',
        MAX_SOCKETS: '115',
        CORS_ORIGINS: 'https://shop.example, http://localhost:3000',
      },
      '/tmp',
    );
    expect(limits).toEqual({
      server: {
        query: {
          ...DEFAULT_QUERY_LIMITS,
          tokens: 101,
          depth: 9,
          aliases: 103,
          rootFields: 104,
          fields: 105,
          directives: 106,
          answerFields: 107,
        },
        times: { queryMs: 5_000, mutationMs: 50_000 },
        bodyBytes: 1_108,
        socketMessageBytes: 1_109,
        socketMessagesPerSecond: 110,
        operationsPerSocket: 111,
        socketsPerCaller: 112,
        subscriptionsPerCaller: 113,
      },
      allowedOrigins: ['https://shop.example', 'http://localhost:3000'],
    });
    expect(admission).toEqual({ requestsInFlight: 114, sockets: 115 });
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
