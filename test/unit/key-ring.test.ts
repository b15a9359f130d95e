import { describe, expect, it } from 'vitest';
import { hashOfKey, newApiKey, type ApiKeyEntry } from '../../src/auth/api-keys.js';
import { createKeyRing } from '../../src/auth/key-ring.js';

const [shop, lobby] = [newApiKey(), newApiKey()];

function entry(key: string, more: Partial<ApiKeyEntry> = {}): ApiKeyEntry {
  return { name: 'shop', sha256: hashOfKey(key), scopes: ['catalog:read', 'orders:read'], ...more };
}

describe('a ring of keys', () => {
  it('lets a new key in and a withdrawn one out, and tells only those whose key it was', () => {
    const ring = createKeyRing([entry(shop)]);
    const caller = ring.find(shop)!;
    expect(ring.replace([entry(shop), entry(lobby)])).toEqual({ added: 1, withdrawn: 0 });
    expect(ring.find(shop)).toBe(caller);
    const other = ring.find(lobby)!;
    expect(ring.replace([entry(lobby)])).toEqual({ added: 0, withdrawn: 1 });
    expect(ring.find(shop)).toBeNull();
    expect([caller.withdrawn!.aborted, other.withdrawn!.aborted]).toEqual([true, false]);
    ring.replace([]);
    expect([ring.find(lobby), ring.count(), other.withdrawn!.aborted]).toEqual([null, 0, true]);
  });

  it.each([
    ['fewer scopes', { scopes: ['catalog:read'] }],
    ['more scopes', { scopes: ['catalog:read', 'orders:read', 'operator'] }],
    ['another name', { name: 'other' }],
    ['institutions', { institutions: ['lyric'] }],
  ] satisfies [string, Partial<ApiKeyEntry>][])(
    'takes a key that now has %s for a new one',
    (_what, change) => {
      const ring = createKeyRing([entry(shop)]);
      const before = ring.find(shop)!;
      expect(ring.replace([entry(shop, change)])).toEqual({ added: 1, withdrawn: 1 });
      expect(before.withdrawn!.aborted).toBe(true);
      expect(ring.find(shop)!.withdrawn!.aborted).toBe(false);
      expect(ring.find(shop)).not.toEqual(before);
    },
  );

  it('does not mind in which order things are said', () => {
    const ring = createKeyRing([entry(shop, { institutions: ['b', 'a'] }), entry(lobby)]);
    const same = entry(shop, { scopes: ['orders:read', 'catalog:read'], institutions: ['a', 'b'] });
    expect(ring.replace([entry(lobby), same])).toEqual({ added: 0, withdrawn: 0 });
  });
});
