import { buildSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import type { RequestContext } from '../../src/context.js';
import { EventTurns, subscribeWithFreshContexts } from '../../src/server/fresh-subscription.js';

const schema = buildSchema('type Query { now: Int } type Subscription { changed: Int }');

it('executes the events of one caller without all those of another one that wait', async () => {
  const turns = new EventTurns();
  const done: string[] = [];
  const others = async (): Promise<void> => {
    const leave = await turns.enter(5_000, '');
    done.push('other');
    leave();
  };
  const contextValue = { caller: { id: 'mine' }, correlationId: '' } as RequestContext;
  const events = await subscribeWithFreshContexts(
    {
      schema,
      document: parse('subscription { changed }'),
      contextValue,
      subscribeFieldResolver: () => eventsOf([{ changes: Array.from({ length: 5_000 }), changed: 1 }]),
    },
    { createContext: () => contextValue, turns },
  );
  if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
  const leave = await turns.enter(5_000, '');
  const waiting = [others(), others(), others()];
  const event = events.next().then(({ value }) => {
    done.push('mine');
    return value as unknown;
  });
  // Until it waits, too.
  await new Promise((resolve) => setImmediate(resolve));
  leave();
  expect(await event).toEqual({ data: { changed: 1 } });
  await Promise.all(waiting);
  expect(done).toEqual(['other', 'mine', 'other', 'other']);
});

async function* eventsOf(events: readonly unknown[]): AsyncGenerator {
  yield* await Promise.resolve(events);
}
