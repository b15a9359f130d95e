import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../src/errors.js';
import { loggedError } from '../../src/server/error-log.js';

const NAME = 'Zoë Kanari';

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('what a log keeps of an error', () => {
  it('is where it came from, and nothing that hangs on it', () => {
    const cause = Object.assign(new Error('the connection broke'), { code: 'ECONNRESET', request: NAME });
    const logged = loggedError(Object.assign(new Error('no answer', { cause }), { config: { auth: NAME } }));
    expect(logged).toMatchObject({
      type: 'Error',
      message: 'no answer',
      cause: { message: 'the connection broke', code: 'ECONNRESET' },
    });
    expect(logged.stack).toMatch(/^ +at .*error-log\.test\.ts/);
    expect(JSON.stringify(logged)).not.toContain(NAME);
  });

  it.each([
    ['a GraphQL value', new GraphQLError(`String cannot represent value: { name: "${NAME}" }`)],
    ['a GraphQL type', new GraphQLError(`Expected value of type "Contact" but got: { name: "${NAME}" }.`)],
    ['JSON that is none', thrownBy(() => JSON.parse(`{"a":${NAME}}`))],
    ['a text', `${NAME} was thrown`],
  ])('does not repeat %s', (_what, error) => {
    const logged = JSON.stringify(loggedError(error));
    expect(logged).not.toMatch(/Zo|Kanari/);
    expect(logged.length).toBeGreaterThan(40);
  });

  it('has no stack where an expected failure was made', () => {
    expect(loggedError(new NotFoundError('nothing there'))).toEqual({
      type: 'NotFoundError',
      message: 'nothing there',
      code: 'NOT_FOUND',
    });
  });
});
