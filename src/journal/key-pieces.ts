/** Far below what a statement takes as parameters. */
const KEYS_PER_STATEMENT = 500;

/** As many keys at a time as one statement takes. */
export function keyPieces<T>(keys: readonly T[]): T[][] {
  const starts = Array.from(
    { length: Math.ceil(keys.length / KEYS_PER_STATEMENT) },
    (_, index) => index * KEYS_PER_STATEMENT,
  );
  return starts.map((start) => keys.slice(start, start + KEYS_PER_STATEMENT));
}
