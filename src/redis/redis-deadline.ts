import { RedisAwayError } from '../errors.js';

/**
 * Rejects with RedisAwayError after `ms`. When this process itself was late, answers that have already arrived are
 * read first: a busy event loop must not pass for a Redis that is away.
 */
export async function withinRedisDeadline<T>(ms: number, what: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => reject(new RedisAwayError(`Redis did not answer within ${ms} ms`));
    // Timers come before the sockets in a turn of the event loop; what was received is read between these two.
    timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), ms);
  });
  try {
    return await Promise.race([what(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
