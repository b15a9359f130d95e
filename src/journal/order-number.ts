import { randomInt } from 'node:crypto';

/**
 * A number for a new order: 13 digits of epoch ms, then 5 random ones. Numbers sort by time as text, since all are of
 * one length until the year 2286. Two of the same millisecond are the same once in 100,000 times: then `create`
 * rejects with OrderNumberTakenError and another number is taken.
 */
export function nextOrderNumber(now: number, random: (below: number) => number = randomInt): string {
  const milliseconds = String(Math.trunc(now));
  if (!/^\d{13}$/.test(milliseconds)) throw new RangeError(`now must be epoch ms of 13 digits, got ${now}`);
  return milliseconds + String(random(100_000)).padStart(5, '0');
}

/** An order with another key has the number. Nothing was written; another number will do. */
export class OrderNumberTakenError extends Error {
  constructor(readonly number: string) {
    super(`the order number ${number} is taken`);
    this.name = 'OrderNumberTakenError';
  }
}
