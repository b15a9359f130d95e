import { describe, expect, it } from 'vitest';
import { LimitExceededError } from '../../src/errors.js';
import { PrinterBusyError } from '../../src/printing/ticket-printer.js';
import { printTickets } from '../../src/printing/ticket-document.js';
import { openSecretKey } from '../../src/secret-key.js';
import type { TicketPages } from '../../src/server/ticket-route.js';
import type { TicketDocumentOptions } from '../../src/services/tickets/ticket-documents.js';
import { createTicketLinks } from '../../src/services/tickets/ticket-links.js';
import { pagesOf } from '../support/pdf-pages.js';
import { printableTicket } from '../support/printable-tickets.js';
import { startSampleServer } from '../support/sample-server.js';
import { scan } from '../support/scanner.js';

const ORDER = 'lyric:179999999999912345';
const SECRET = 'hunter2-canary';

describe('the address of printed tickets over HTTP', () => {
  it('answers with a PDF that scans, without any header, and lets nobody keep it', async () => {
    await using shop = await startShop();
    const response = await fetch(shop.address());
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': 'inline; filename="tickets.pdf"',
      'cache-control': 'private, no-store',
      'x-robots-tag': 'noindex, nofollow',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("object-src 'self'"),
    });
    const pages = await pagesOf(Buffer.from(await response.arrayBuffer()), 300);
    expect(await scan(pages[0]!)).toMatchObject([{ value: '010000640077906000010417', symbology: 'QR' }]);
  });

  it('answers HEAD with the same headers and no body', async () => {
    await using shop = await startShop();
    const response = await fetch(shop.address(), { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(10_000);
    expect(await response.text()).toBe('');
  });

  it.each([
    ['', {}, { format: 'a4', languages: [] }],
    ['?format=a4', {}, { format: 'a4', languages: [] }],
    ['?format=thermal&lang=fr', {}, { format: 'thermal', languages: ['fr'] }],
    [
      '?lang=de-CH',
      { 'accept-language': 'fr, en;q=0.5' },
      { format: 'a4', languages: ['de-CH', 'fr', 'en'] },
    ],
  ])('passes on what %s asks for', async (query, headers, options) => {
    await using shop = await startShop();
    const response = await fetch(shop.address() + query, { headers: { 'accept-language': '', ...headers } });
    expect(response.status).toBe(200);
    expect(shop.asked).toEqual([{ order: ORDER, ...options }]);
  });

  it.each(['?format=A4', '?format=', '?format=letter', '?format=a4&format=thermal'])(
    'refuses the format %s naming those there are',
    async (query) => {
      await using shop = await startShop();
      expect(await answerOf(shop.address() + query)).toMatchObject({
        status: 400,
        code: 'BAD_USER_INPUT',
        message: '`format` must be one of a4, thermal',
      });
      expect(shop.asked).toEqual([]);
    },
  );

  it.each(['?lang=', '?lang=fr&lang=de', '?lang=%00', `?lang=${'x'.repeat(100)}`])(
    'refuses the language %s naming the rule',
    async (query) => {
      await using shop = await startShop();
      expect(await answerOf(shop.address() + query)).toMatchObject({
        status: 400,
        message: expect.stringContaining('`lang` must be one language'),
      });
    },
  );

  it('answers everything that is no address of ours as it answers any other path', async () => {
    await using shop = await startShop();
    const usual = await answerOf(`${shop.url}nothing`);
    const address = shop.address();
    const others = [
      `${shop.url}tickets/`,
      `${shop.url}tickets`,
      `${shop.url}tickets/x`,
      `${shop.url}tickets/x?format=bad`,
      `${shop.url}tickets/${'x'.repeat(2_000)}`,
      `${shop.url}tickets/%F0%9F%8E%AB`,
      `${shop.url}tickets/a/b.c`,
      `${address}/`,
      `${address}A`,
      address.slice(0, -1),
      shop.addressOf('lyric:1'),
    ];
    for (const other of others) expect([other, await answerOf(other)]).toEqual([other, usual]);
    expect(shop.asked.map(({ order }) => order)).toEqual(['lyric:1']);
  });

  it('shows nothing to whoever alters one character', async () => {
    await using shop = await startShop();
    const address = shop.address();
    const start = address.lastIndexOf('/') + 1;
    for (let index = start; index < address.length; index += 1) {
      const other = address[index] === 'A' ? 'B' : 'A';
      const { status } = await fetch(address.slice(0, index) + other + address.slice(index + 1));
      expect(status).toBe(404);
    }
    expect(shop.asked).toEqual([]);
  });

  it('says that an address has expired', async () => {
    await using shop = await startShop();
    const address = shop.address();
    shop.advance(25 * 3_600_000);
    expect(await answerOf(address)).toMatchObject({
      status: 410,
      message: 'This address has expired: ask for a new one',
    });
    expect(shop.asked).toEqual([]);
  });

  it.each([
    [
      new PrinterBusyError('The printer has too much to do', { retryAfterMs: 5_000 }),
      503,
      'RATE_LIMITED',
      '5',
    ],
    [new LimitExceededError('A document holds at most 200 tickets'), 422, 'LIMIT_EXCEEDED', null],
    [new Error(`disk ${SECRET}`), 500, 'INTERNAL_SERVER_ERROR', null],
  ])(
    'answers a failure with its code and nothing of its inside: %s',
    async (error, status, code, retryAfter) => {
      await using shop = await startShop({
        document: async () => {
          throw error;
        },
      });
      const response = await fetch(shop.address());
      const text = await response.text();
      expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter]);
      expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code } }] });
      expect(text).not.toContain(SECRET);
      expect(response.headers.get('cache-control')).toBe('private, no-store');
    },
  );

  it('is not there without tickets to print', async () => {
    await using server = await startSampleServer();
    expect((await fetch(`${server.url}tickets/x`)).status).toBe(404);
  });

  it('writes no address into the log', async () => {
    await using shop = await startShop();
    const address = shop.address();
    await fetch(address);
    expect(shop.logLines.join('')).not.toContain(address.slice(-22));
  });
});

async function startShop(overrides: Partial<TicketPages> = {}) {
  let now = Date.UTC(2026, 0, 12);
  const key = await openSecretKey({ secret: 'a secret of at least 32 characters!!', file: '/nowhere' });
  const links = createTicketLinks({ key, lifetimeMs: 24 * 3_600_000, now: () => now, baseUrl: '' });
  const asked: ({ readonly order: string } & TicketDocumentOptions)[] = [];
  const server = await startSampleServer({
    tickets: {
      links,
      document: async (order, options) => {
        asked.push({ order, ...options });
        if (order !== ORDER) return null;
        return { pdf: await printTickets([printableTicket()], { format: options.format, printedAt: now }) };
      },
      ...overrides,
    },
  });
  const addressOf = (order: string): string => `${server.url.slice(0, -1)}${links.path(order)}`;
  return Object.assign(server, {
    asked,
    addressOf,
    address: () => addressOf(ORDER),
    advance: (ms: number) => {
      now += ms;
    },
  });
}

async function answerOf(
  address: string,
): Promise<{ status: number; code: unknown; message: string; headers: unknown }> {
  const response = await fetch(address);
  const { errors } = (await response.json()) as {
    errors: { message: string; extensions: Record<string, unknown> }[];
  };
  const [error] = errors;
  return {
    status: response.status,
    code: error!.extensions['code'],
    message: error!.message,
    headers: response.headers.get('content-type'),
  };
}
