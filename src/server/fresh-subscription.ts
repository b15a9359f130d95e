import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { RequestContext } from '../context.js';
import { withCorrelation } from '../correlation.js';

/**
 * GraphQL's `subscribe`, except that each event is executed with a context of its own: loaders remember what they
 * loaded, and a subscription lives for hours. Whoever waits for the event, it is executed on behalf of its subscription.
 */
export async function subscribeWithFreshContexts(
  args: ExecutionArgs,
  createContext: () => RequestContext,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  return mapEvents(source, async (event) => {
    const contextValue = createContext();
    return withCorrelation(contextValue.correlationId, () =>
      execute({ ...args, rootValue: event, contextValue }),
    );
  });
}

/** Not an async generator function: its `return` would wait for the next event before it ended the source. */
function mapEvents(
  source: AsyncIterable<unknown>,
  map: (event: unknown) => Promise<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  const events = source[Symbol.asyncIterator]();
  let isOver = false;

  const end = async (): Promise<IteratorResult<ExecutionResult>> => {
    isOver = true;
    await events.return?.();
    return { done: true, value: undefined };
  };
  return {
    async next() {
      if (isOver) return { done: true, value: undefined };
      const event = await events.next();
      if (event.done === true) return { done: true, value: undefined };
      return { done: false, value: await map(event.value) };
    },
    return: end,
    async throw(error: unknown) {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
