import { describe, expect, it } from 'vitest';
import { openSecretKey } from '../../src/secret-key.js';
import { createTicketLinks } from '../../src/services/tickets/ticket-links.js';

const ORDER = 'lyric:179999999999912345';
const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 12, 9);

async function linksAt(
  now: () => number,
  secret = 'a secret of at least 32 characters!!',
): Promise<ReturnType<typeof createTicketLinks>> {
  const key = await openSecretKey({ secret, file: '/nowhere' });
  return createTicketLinks({ key, lifetimeMs: 24 * HOUR_MS, now, baseUrl: '' });
}

describe('the address of printed tickets', () => {
  it('is short, safe in any text and leads back to the order', async () => {
    const links = await linksAt(() => START);
    const path = links.path(ORDER);
    expect(path).toMatch(/^\/tickets\/[A-Za-z0-9_.-]{20,110}$/);
    expect(links.read(tokenOf(path))).toEqual({ order: ORDER, isExpired: false });
  });

  it('holds the longest institution and number', async () => {
    const links = await linksAt(() => START);
    const order = `${'x'.repeat(32)}:${'9'.repeat(19)}`;
    expect(links.read(tokenOf(links.path(order)))).toEqual({ order, isExpired: false });
  });

  it('stands behind the base address', async () => {
    const key = await openSecretKey({ secret: 'a secret of at least 32 characters!!', file: '/nowhere' });
    const links = createTicketLinks({
      key,
      lifetimeMs: 1,
      now: () => START,
      baseUrl: 'https://shop.example',
    });
    expect(links.path(ORDER)).toMatch(/^https:\/\/shop\.example\/tickets\//);
  });

  it('expires after its life, and not before', async () => {
    let now = START;
    const links = await linksAt(() => now);
    const token = tokenOf(links.path(ORDER));
    now = START + 24 * HOUR_MS - 1;
    expect(links.read(token)).toEqual({ order: ORDER, isExpired: false });
    now = START + 24 * HOUR_MS + 1000;
    expect(links.read(token)).toEqual({ order: ORDER, isExpired: true });
  });

  it('is nothing after the change of any character', async () => {
    const links = await linksAt(() => START);
    const token = tokenOf(links.path(ORDER));
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~%/ ';
    const accepted: string[] = [];
    for (let index = 0; index < token.length; index += 1) {
      const others = [...alphabet.split('').filter((other) => other !== token[index]), ''];
      for (const other of others) {
        const altered = token.slice(0, index) + other + token.slice(index + 1);
        if (altered !== token && links.read(altered) !== null) accepted.push(altered);
      }
    }
    expect(accepted).toEqual([]);
  });

  it('is nothing to a key that did not make it', async () => {
    const links = await linksAt(() => START);
    const others = await linksAt(() => START, 'another secret of at least 32 characters');
    expect(others.read(tokenOf(links.path(ORDER)))).toBeNull();
  });

  it.each(['', '.', 'a.b', 'x'.repeat(10_000), `${'x'.repeat(100)}.${'y'.repeat(99)}`, '\u0000.\u0000'])(
    'is nothing when it is %j',
    async (token) => {
      const links = await linksAt(() => START);
      expect(links.read(token)).toBeNull();
    },
  );
});

function tokenOf(path: string): string {
  return path.slice('/tickets/'.length);
}
