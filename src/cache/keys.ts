/**
 * Every key of the store. None has a lifetime: what is kept here says how old it is, and an answer from last month,
 * marked as such, is better than none while S-360 is down. What is replaced is deleted by whoever replaces it.
 */

/** Which parts make the stored catalog, and its point of sales. Written last, so it names no part that is not there. */
export function catalogHeadKey(institution: string): string {
  return `catalog/${institution}/head`;
}

/** Parts are never overwritten: `load` is new for each load, and the head says which one counts. */
export function catalogPartKey(institution: string, load: string, part: number): string {
  return `catalog/${institution}/${load}/${part}`;
}

/** The load whose parts are being written; after a crash it tells which parts nobody will ever read. */
export function catalogLoadingKey(institution: string): string {
  return `catalog/${institution}/loading`;
}

/** A head that points to parts must not come back older than they are; the parts themselves carry checksums. */
export function isFlushedKey(key: string): boolean {
  return key.startsWith('catalog/') && key.endsWith('/head');
}
