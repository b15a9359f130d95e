import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller, Scope } from '../domain/caller.js';

/** A key as it is configured: of the key itself only its hash. */
export interface ApiKeyEntry {
  /** Whose orders and keys are meant. Two entries of the same name are one caller: the old key and the new one. */
  readonly name: string;
  /** SHA-256 of the key, in hexadecimal. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
  /** Codes; absent: every institution. */
  readonly institutions?: readonly string[] | undefined;
}

/** By this a key is told from a token, and found by whoever searches for leaked ones. */
export const KEY_PREFIX = 'foyer_';
const KEY_BYTES = 32;

/** A new key: 256 random bits. It is shown once, and stored as `hashOfKey`. */
export function newApiKey(): string {
  return KEY_PREFIX + randomBytes(KEY_BYTES).toString('base64url');
}

/** Keys are random, so a plain hash is enough: nobody can guess through 256 bits. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Key -> caller; null for a key nobody has. Held against every hash, to the last digit: time tells nothing. */
export function createKeyRing(entries: readonly ApiKeyEntry[]): (key: string) => Caller | null {
  const ring = entries.map((entry) => ({
    hash: Buffer.from(entry.sha256, 'hex'),
    caller: callerOf(entry),
  }));
  return (key) => {
    const hash = Buffer.from(hashOfKey(key), 'hex');
    let found: Caller | null = null;
    for (const entry of ring) if (timingSafeEqual(entry.hash, hash)) found = entry.caller;
    return found;
  };
}

function callerOf({ name, scopes, institutions }: ApiKeyEntry): Caller {
  return {
    id: name,
    isAnonymous: false,
    scopes: new Set(scopes),
    institutions: institutions === undefined ? null : new Set(institutions),
    contact: null,
    expiresAt: null,
  };
}
