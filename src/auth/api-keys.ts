import { createHash, randomBytes } from 'node:crypto';
import type { Scope } from '../domain/caller.js';

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
