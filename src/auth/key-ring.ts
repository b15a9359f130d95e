import { timingSafeEqual } from 'node:crypto';
import type { Caller } from '../domain/caller.js';
import { hashOfKey, type ApiKeyEntry } from './api-keys.js';

/** The keys that count at present. */
export interface KeyRing {
  /** Null for a key nobody has. Held against every hash, to the last digit: time tells nothing. */
  find(key: string): Caller | null;
  /**
   * From now on these keys count, and no others. Callers of keys that are gone, or say something else now, are told
   * (`Caller.withdrawn`); those of keys that stay as they were notice nothing.
   */
  replace(entries: readonly ApiKeyEntry[]): KeyChanges;
  count(): number;
}

export interface KeyChanges {
  readonly added: number;
  readonly withdrawn: number;
}

interface Held {
  readonly hash: Buffer;
  /** What was configured, to see whether it changed. */
  readonly text: string;
  readonly caller: Caller;
  readonly withdraw: () => void;
}

export function createKeyRing(entries: readonly ApiKeyEntry[]): KeyRing {
  let ring: ReadonlyMap<string, Held> = new Map();
  const replace: KeyRing['replace'] = (entries) => {
    const before = ring;
    // Of two entries with one hash the later one counts.
    const wanted = new Map(entries.map((entry) => [entry.sha256, entry]));
    ring = new Map(
      [...wanted].map(([hash, entry]) => {
        const held = before.get(hash);
        return [hash, held?.text === textOf(entry) ? held : hold(entry)];
      }),
    );
    const gone = [...before].filter(([hash, held]) => ring.get(hash) !== held);
    const added = [...ring].filter(([hash, held]) => before.get(hash) !== held).length;
    for (const [, { withdraw }] of gone) withdraw();
    return { added, withdrawn: gone.length };
  };
  replace(entries);
  return {
    find(key) {
      const hash = Buffer.from(hashOfKey(key), 'hex');
      let found: Caller | null = null;
      for (const held of ring.values()) if (timingSafeEqual(held.hash, hash)) found = held.caller;
      return found;
    },
    replace,
    count: () => ring.size,
  };
}

function hold(entry: ApiKeyEntry): Held {
  const { name, sha256, scopes, institutions } = entry;
  const controller = new AbortController();
  return {
    hash: Buffer.from(sha256, 'hex'),
    text: textOf(entry),
    caller: {
      id: name,
      isAnonymous: false,
      scopes: new Set(scopes),
      institutions: institutions === undefined ? null : new Set(institutions),
      contact: null,
      expiresAt: null,
      withdrawn: controller.signal,
    },
    withdraw: () => controller.abort(),
  };
}

/** The order of scopes and institutions says nothing. */
function textOf({ name, scopes, institutions }: ApiKeyEntry): string {
  return JSON.stringify([name, [...scopes].sort(), institutions && [...institutions].sort()]);
}
