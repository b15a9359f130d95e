import { createSourceEventStream, execute, type ExecutionResult } from 'graphql';
import type { RequestContext } from '../context.js';
import { withCorrelation } from '../correlation.js';
import type { Tracing } from '../tracing/traced.js';
import { WeightedTurns } from '../weighted-turns.js';
import type { OperationArgs } from './execute-operation.js';
import { subscriptionSpans } from './traced-executor.js';
import { withoutValuesOfVariables } from './unrepeated-values.js';

export interface FreshSubscriptionOptions {
  /** For one event. */
  readonly createContext: () => RequestContext;
  readonly turns: EventTurns;
  readonly tracing?: Tracing | undefined;
}

/**
 * GraphQL's `subscribe`, except that each event is executed with a context of its own: loaders remember what they
 * loaded, and a subscription lives for hours. Whoever waits for the event, it is executed on behalf of its subscription,
 * when it is its turn among `turns`.
 */
export async function subscribeWithFreshContexts(
  args: OperationArgs,
  { createContext, turns, tracing }: FreshSubscriptionOptions,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const spans = subscriptionSpans(args, tracing);
  const begin = (): ReturnType<typeof createSourceEventStream> => createSourceEventStream(args);
  const source = await (spans === undefined ? begin() : spans.begin(begin));
  if (!(Symbol.asyncIterator in source)) {
    return source.errors === undefined
      ? source
      : { ...source, errors: withoutValuesOfVariables(source.errors, args) };
  }
  return mapEvents(source, async (event) => {
    const leave = await turns.enter(weightOf(event), args.contextValue.caller.id);
    try {
      const contextValue = createContext();
      const answer = (): ReturnType<typeof execute> => execute({ ...args, rootValue: event, contextValue });
      return await withCorrelation(contextValue.correlationId, () =>
        spans === undefined ? answer() : spans.event(answer),
      );
    } finally {
      leave();
      (event as { readonly onTaken?: () => void } | null)?.onTaken?.();
    }
  });
}

/** Changes executed in one turn of the event loop, or until they are text: each is a kilobyte or two meanwhile. */
const CHANGES_AT_ONCE = 5_000;
/** What a page of one product watches. */
const FEW_CHANGES = 100;

/** Who watches a page is not behind those who watch everything, however many they are; nor is a caller behind another's. */
export class EventTurns {
  readonly #few = new WeightedTurns(CHANGES_AT_ONCE);
  readonly #many = new WeightedTurns(CHANGES_AT_ONCE);

  /** `whose`: `Caller.id`. */
  enter(weight: number, whose: string): Promise<() => void> {
    return (weight <= FEW_CHANGES ? this.#few : this.#many).enter(weight, whose);
  }
}

/** Events that tell of many changes are much to execute, and all subscribers have them in the same moment. */
function weightOf(event: unknown): number {
  const changes = (event as { readonly changes?: unknown } | null)?.changes;
  return Array.isArray(changes) ? 1 + changes.length : 1;
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
