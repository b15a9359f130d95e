import { AsyncLocalStorage } from 'node:async_hooks';

/** The header that brings a correlation id in, takes it out, and hands it on to whoever is asked on the way. */
export const CORRELATION_HEADER = 'x-request-id';

const ids = new AsyncLocalStorage<string>();

/**
 * Runs `work` on behalf of the request with this id, whatever it awaits. A callback takes along the id of where it was
 * made: a loop that was started before any request never has one, however often requests wake it up.
 */
export function withCorrelation<Result>(id: string, work: () => Result): Result {
  return ids.run(id, work);
}

/** Of the request that what runs now is done for; undefined for background work. */
export function correlationId(): string | undefined {
  return ids.getStore();
}
