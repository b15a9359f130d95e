import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderDetails } from '../../src/datasources/s360/order-calls.types.js';
import { UpstreamError, UpstreamShapeError, UpstreamUnavailableError } from '../../src/errors.js';
import { ticketsOf } from '../../src/services/orders/order-upstream.js';
import { mutations } from '../support/answer-mutations.js';
import { createLeapingClock } from '../support/leaping-clock.js';
import { anOrder, anOrderLine } from '../support/order-records.js';
import { QUESTIONS, recordAnswers, type RealAnswers } from '../support/s360-questions.js';
import {
  connectTo,
  PASSWORD,
  sendXml,
  startRawS360,
  type Connected,
  type RawS360,
} from '../support/raw-s360.js';

/** Within the time a test may take; each run is one call, or the few of a job. */
const BOUNDS = { numRuns: 1_500, interruptAfterTimeLimit: 3_000, markInterruptAsFailure: false } as const;
/** Whatever comes over the loopback is read, or refused, in this time; other tests run at the same time. */
const MOST_MS = 3_000;

const METHODS = Object.keys(QUESTIONS);

let real: RealAnswers;
let s360: RawS360;
let gateway: Connected;
/** Windows of methods are over as soon as the next call is made, and nobody waits for a job. */
const CLOCK = createLeapingClock();

beforeAll(async () => {
  real = await recordAnswers();
  s360 = await startRawS360();
  gateway = await connectTo(s360.url, { clock: CLOCK });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await s360[Symbol.asyncDispose]();
});

/** What came of the question: a value, or what was thrown. */
async function outcomeOf(method: string): Promise<unknown> {
  CLOCK.leap(11 * 60_000);
  const startedAt = performance.now();
  const outcome = await QUESTIONS[method]!(gateway, real.orders).catch((error: unknown) => error);
  expect(performance.now() - startedAt).toBeLessThan(MOST_MS);
  return outcome;
}

function complaintsAbout(outcome: unknown): string[] {
  if (outcome instanceof UpstreamError) {
    return inspect(outcome, { depth: 12 }).includes(PASSWORD) ? ['the error has the password'] : [];
  }
  if (outcome instanceof Error) return [`no error of ours: ${inspect(outcome)}`];
  return strangersIn(outcome, 'answer');
}

/** What no record of ours may hold. */
function strangersIn(value: unknown, path: string): string[] {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return [];
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path} is ${value}`];
  if (typeof value === 'string') {
    if (/\p{Cs}/u.test(value)) return [`${path} has half a character`];
    return /(^i|I)d$/.test(path) && !/^\d{1,20}$/.test(value)
      ? [`${path} is no id: ${value.slice(0, 80)}`]
      : [];
  }
  if (value instanceof Set) return strangersIn([...value], path);
  if (Array.isArray(value)) return value.flatMap((each, index) => strangersIn(each, `${path}[${index}]`));
  if (typeof value === 'object') {
    return Object.entries(value).flatMap(([name, member]) => strangersIn(member, `${path}.${name}`));
  }
  return [`${path} is ${typeof value}`];
}

/** Of an order with two places. */
function complaintsAboutTickets(details: OrderDetails | null): string[] {
  if (details === null) return [];
  const tickets = ticketsOf(anOrder({ lines: [anOrderLine()] }), details);
  if (tickets === null) return [];
  const codes = tickets.filter(({ barcode }) => barcode !== null).length;
  const voids = tickets.filter(({ state }) => state === 'CANCELLED' || state === 'INVALIDATED').length;
  return codes + voids >= 2 ? [] : [`closed with ${codes} barcodes`];
}

describe('an answer of S-360', () => {
  it('that is real is understood', async () => {
    for (const method of METHODS) {
      s360.reply(method, real.byMethod.get(method)!);
      const outcome = await outcomeOf(method);
      expect({ method, complaints: complaintsAbout(outcome) }).toEqual({ method, complaints: [] });
      expect(outcome).not.toBeInstanceOf(Error);
    }
  });

  it('however it is spoilt, is a record of ours or an error of ours, soon', { timeout: 30_000 }, async () => {
    let refused = 0;
    let understood = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...METHODS), mutations, async (method, mutate) => {
        const xml = mutate(real.byMethod.get(method)!);
        s360.reply(method, xml);
        const before = s360.calls.length;
        const outcome = await outcomeOf(method);
        expect(s360.calls.length, 'the question was asked').toBeGreaterThan(before);
        if (outcome instanceof UpstreamError) refused += 1;
        else understood += 1;
        expect({ method, xml, complaints: complaintsAbout(outcome) }).toEqual({
          method,
          xml,
          complaints: [],
        });
      }),
      BOUNDS,
    );
    // Both were tried.
    expect(Math.min(refused, understood)).toBeGreaterThan(0);
  });

  it('of an order, however it is spoilt, is of that order, and closed with all barcodes or not at all', async () => {
    const { byMethod, orders } = real;
    let closed = 0;
    await fc.assert(
      fc.asyncProperty(mutations, async (mutate) => {
        const xml = mutate(byMethod.get('getOrderDetails')!);
        s360.reply('getOrderDetails', xml);
        const details = (await outcomeOf('getOrderDetails')) as OrderDetails | Error | null;
        if (details instanceof Error) return;
        expect({
          xml,
          id: details?.s360OrderId ?? orders.closed,
          wrong: complaintsAboutTickets(details),
        }).toEqual({
          xml,
          id: orders.closed,
          wrong: [],
        });
        if (details?.state === 'CLOSED') closed += 1;
      }),
      { ...BOUNDS, numRuns: 500, interruptAfterTimeLimit: 2_000 },
    );
    expect(closed).toBeGreaterThan(0);
  });

  it.each([
    ['getOrderDetails', 'closed', 'orderId'],
    ['createOrUpdateOrder', 'open', 'orderId'],
    ['getExternalReference', 'closed', 'id'],
  ] as const)('of another order is refused: %s', async (method, which, member) => {
    const xml = real.byMethod.get(method)!;
    const foreign = xml.replaceAll(`<${member}>${real.orders[which]}<`, `<${member}>77<`);
    expect(foreign).not.toBe(xml);
    s360.reply(method, foreign);
    expect(await outcomeOf(method)).toMatchObject({ code: 'UPSTREAM_INVALID', fate: 'unknown' });
  });

  it.each([
    ['an order without its number', /<orderId>\d+<\/orderId>/g, ''],
    ['files whose orders cannot be read', /(<\/?)orders>/g, '$1orderList>'],
  ])('is no proof that an order is not there when it has %s', async (_what, from, to) => {
    const xml = real.byMethod.get('listFilesByCriteria')!;
    expect(xml.replace(from, to)).not.toBe(xml);
    s360.reply('listFilesByCriteria', xml.replace(from, to));
    expect(await outcomeOf('listFilesByCriteria')).toBeInstanceOf(UpstreamShapeError);
  });

  it.each([
    ['in another encoding than it says', (xml: string) => Buffer.from(xml, 'utf16le')],
    [
      'with bytes that are no UTF-8',
      (xml: string) => Buffer.from(xml.replace('success', 'succ\u00e9ss'), 'latin1'),
    ],
    ['cut within a character', (xml: string) => Buffer.from(`${xml}\u{1F3AD}`).subarray(0, -2)],
    ['100,000 levels deep', () => Buffer.from('<a>'.repeat(100_000))],
    ['of a million attributes', () => Buffer.from(`<a ${'b="" '.repeat(1_000_000)}`)],
    ['of half a million names of namespaces', () => Buffer.from(declarations(500_000))],
  ])('%s is refused', async (_what, bytesOf) => {
    s360.reply('getContactData', (response) =>
      sendXml(response, bytesOf(real.byMethod.get('getContactData')!)),
    );
    expect(await outcomeOf('getContactData')).toBeInstanceOf(UpstreamShapeError);
  });

  it.each(['gzip', 'deflate', 'br'])('that says %s and is not is refused', async (encoding) => {
    s360.reply('getContactData', (response) => {
      response.setHeader('content-encoding', encoding);
      sendXml(response, real.byMethod.get('getContactData')!);
    });
    expect(await outcomeOf('getContactData')).toBeInstanceOf(UpstreamShapeError);
  });

  it('that is a bomb is refused before it is large', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, '<a/>'));
    s360.reply('getContactData', (response) => {
      response.setHeader('content-encoding', 'gzip');
      sendXml(response, bomb);
    });
    const before = process.memoryUsage().rss;
    expect(await outcomeOf('getContactData')).toBeInstanceOf(UpstreamShapeError);
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
  });

  it('cut at any byte is refused, whatever length it was said to have', async () => {
    const whole = Buffer.from(real.byMethod.get('getOrderDetails')!);
    for (const isLengthTrue of [true, false]) {
      for (const share of [0, 0.01, 0.3, 0.7, 0.99]) {
        s360.reply('getOrderDetails', (response, _call, socket) => {
          const piece = whole.subarray(0, Math.floor(share * whole.length));
          if (!isLengthTrue) response.setHeader('content-length', whole.length);
          sendXml(response, piece);
          if (!isLengthTrue) setImmediate(() => socket.end());
        });
        const outcome = await outcomeOf('getOrderDetails');
        expect(outcome).toBeInstanceOf(isLengthTrue ? UpstreamShapeError : UpstreamUnavailableError);
      }
    }
  });
});

function declarations(count: number): string {
  return `<a ${Array.from({ length: count }, (_none, index) => `xmlns:n${index}="u"`).join(' ')}/>`;
}
