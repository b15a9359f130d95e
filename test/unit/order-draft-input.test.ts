import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderRefusal } from '../../src/domain/order.js';
import {
  fingerprintOf,
  readAddition,
  readDraft,
  type BasketInput,
  type BasketLineInput,
} from '../../src/services/orders/order-draft.js';
import type { OrderDraft } from '../../src/services/orders/orders.types.js';

const INSTITUTIONS = new Set(['lyric', 'arena']);

function line(changes: Partial<BasketLineInput> = {}): BasketLineInput {
  return {
    performanceId: 'lyric:11',
    tariffId: 'lyric:111',
    seatCategoryId: 'lyric:401',
    quantity: 2,
    ...changes,
  };
}

function item(changes: Partial<BasketLineInput> = {}): BasketLineInput {
  return { itemId: 'lyric:731', tariffId: 'lyric:111', quantity: 1, ...changes };
}

function basket(changes: Partial<BasketInput> = {}): BasketInput {
  return { lines: [line()], ...changes };
}

function draftOf(input: BasketInput): OrderDraft {
  const read = readDraft(input, INSTITUTIONS);
  if ('refusals' in read) throw new Error(JSON.stringify(read.refusals));
  return read.draft;
}

function refusalsOf(input: BasketInput): readonly OrderRefusal[] {
  const read = readDraft(input, INSTITUTIONS);
  if ('draft' in read) throw new Error('the draft was accepted');
  return read.refusals;
}

/** The first refusal as `path: message`. */
function refusedAs(input: BasketInput): string {
  const { path, message } = refusalsOf(input)[0]!;
  return `${path?.join('.')}: ${message}`;
}

describe('a basket', () => {
  it("becomes a draft with S-360's own ids and exact amounts", () => {
    const lines = [
      line({ seatIds: ['lyric:9001', 'lyric:9002'], expectedUnitPrice: '45.00' }),
      item({ timeslotId: 'lyric:711' }),
    ];
    expect(draftOf({ lines, contactId: 'lyric:0004217', reference: 'Shop 12' })).toEqual({
      institution: 'lyric',
      input: {
        lines: [
          {
            performanceId: '11',
            itemId: null,
            timeslotId: null,
            tariffId: '111',
            seatCategoryId: '401',
            seatIds: ['9001', '9002'],
            quantity: 2,
            expectedUnitMilli: 45_000n,
          },
          {
            performanceId: null,
            itemId: '731',
            timeslotId: '711',
            tariffId: '111',
            seatCategoryId: null,
            seatIds: [],
            quantity: 1,
            expectedUnitMilli: null,
          },
        ],
        contactNumber: '0004217',
        reference: 'Shop 12',
      },
    });
  });

  it('may name seats without their category, and takes an empty reference for none', () => {
    const { input } = draftOf({
      lines: [line({ seatCategoryId: null, seatIds: ['lyric:9001'], quantity: 1 })],
      reference: '',
    });
    expect(input.lines[0]).toMatchObject({ seatCategoryId: null, seatIds: ['9001'] });
    expect(input.reference).toBeNull();
  });

  it.each([
    ['a quantity of one thousand', basket({ lines: [line({ quantity: 1000 })] })],
    ['one hundred lines', basket({ lines: Array.from({ length: 100 }, () => line()) })],
    ['a price of nothing', basket({ lines: [line({ expectedUnitPrice: '0' })] })],
    ['a reference of 200 characters', basket({ reference: 'é'.repeat(200) })],
    ['a character outside the basic plane', basket({ reference: 'Anna 🎻' })],
    ['a contact number of 20 digits', basket({ contactId: `lyric:${'9'.repeat(20)}` })],
  ])('may have %s', (_what, input) => {
    expect(draftOf(input).institution).toBe('lyric');
  });

  const NEITHER = 'must have exactly one of `performanceId` and `itemId`, got neither';
  it.each([
    ['no line', basket({ lines: [] }), 'lines: `lines` must have from 1 to 100 entries, got 0'],
    [
      'too many lines',
      basket({ lines: Array.from({ length: 101 }, () => line()) }),
      'lines: `lines` must have from 1 to 100 entries, got 101',
    ],
    [
      'a line for nothing',
      basket({ lines: [line({ performanceId: null })] }),
      `lines.0: \`lines.0\` ${NEITHER}`,
    ],
    [
      'a line for two things',
      basket({ lines: [line({ itemId: 'lyric:731' })] }),
      'lines.0: `lines.0` must have exactly one of `performanceId` and `itemId`, got both',
    ],
    [
      'a time slot of a performance',
      basket({ lines: [line({ timeslotId: 'lyric:711' })] }),
      'lines.0.timeslotId: `lines.0.timeslotId` may be given only together with `itemId`',
    ],
    [
      'neither category nor seats',
      basket({ lines: [line({ seatCategoryId: null, seatIds: [] })] }),
      'lines.0.seatCategoryId: `lines.0.seatCategoryId` must be given with `performanceId`, unless `seatIds` are',
    ],
    [
      'a category of an item',
      basket({ lines: [item({ seatCategoryId: 'lyric:401' })] }),
      'lines.0.seatCategoryId: `lines.0.seatCategoryId` may be given only together with `performanceId`',
    ],
    [
      'seats of an item',
      basket({ lines: [item({ seatIds: ['lyric:1'] })] }),
      'lines.0.seatIds: `lines.0.seatIds` may be given only together with `performanceId`',
    ],
    [
      'an id without institution',
      basket({ lines: [line({ tariffId: '111' })] }),
      'lines.0.tariffId: `lines.0.tariffId` must look like "<institution>:<number>", got 3 characters',
    ],
    [
      'a contact with letters',
      basket({ contactId: 'lyric:A1' }),
      'contactId: `contactId` must look like "<institution>:<number>", got 8 characters',
    ],
    [
      'a quantity of nothing',
      basket({ lines: [line({ quantity: 0 })] }),
      'lines.0.quantity: `lines.0.quantity` must be a whole number from 1 to 1000, got 0',
    ],
    [
      'a quantity above the limit',
      basket({ lines: [line({ quantity: 1001 })] }),
      'lines.0.quantity: `lines.0.quantity` must be a whole number from 1 to 1000, got 1001',
    ],
    [
      'a part of a place',
      basket({ lines: [line({ quantity: 1.5 })] }),
      'lines.0.quantity: `lines.0.quantity` must be a whole number from 1 to 1000, got 1.5',
    ],
    [
      'fewer seats than places',
      basket({ lines: [line({ seatIds: ['lyric:1'] })] }),
      'lines.0.seatIds: `lines.0.seatIds` must name as many seats as `quantity` says, 2, got 1',
    ],
    [
      'a seat twice in one line',
      basket({ lines: [line({ seatIds: ['lyric:1', 'lyric:1'] })] }),
      'lines.0.seatIds.1: `lines.0.seatIds.1` must not name a seat twice',
    ],
    [
      'a price below nothing',
      basket({ lines: [line({ expectedUnitPrice: '-0.01' })] }),
      'lines.0.expectedUnitPrice: `lines.0.expectedUnitPrice` must be a decimal number with at most 3 decimals, not negative, got 5 characters',
    ],
    [
      'a long reference',
      basket({ reference: 'x'.repeat(201) }),
      'reference: `reference` must have at most 200 characters, got 201',
    ],
    [
      'a line break in the reference',
      basket({ reference: 'a\nb' }),
      'reference: `reference` must not have control characters or halves of characters',
    ],
    [
      'half a character in the reference',
      basket({ reference: 'a\ud83d' }),
      'reference: `reference` must not have control characters or halves of characters',
    ],
    [
      'the end of a CDATA section',
      basket({ reference: 'a]]>b' }),
      'reference: `reference` must not contain "]]>"',
    ],
    [
      'a card number in the reference',
      basket({ reference: 'paid with 4111 1111 1111 1111 12/27' }),
      'reference: `reference` must not hold the number of a payment card',
    ],
    [
      'an institution that is not configured',
      basket({
        lines: [line({ performanceId: 'opera:11', tariffId: 'opera:1', seatCategoryId: 'opera:2' })],
      }),
      'lines.0.performanceId: `lines.0.performanceId` must be of one of lyric, arena, got one of opera',
    ],
  ])('is refused for %s', (_what, input, expected) => {
    const refusals = refusalsOf(input);
    expect(refusedAs(input)).toBe(expected);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({ code: 'INVALID_INPUT', retryable: false, facts: { kind: 'none' } });
  });

  it('takes the same seat for one only once, also in another line', () => {
    const lines = [
      line({ quantity: 1, seatIds: ['lyric:1'] }),
      line({ quantity: 1, seatIds: ['lyric:1'], tariffId: 'lyric:112' }),
    ];
    expect(refusedAs({ lines })).toContain('lines.1.seatIds.0: ');
  });

  it('of several institutions names the first id that differs, once', () => {
    const lines = [line(), line({ tariffId: 'arena:1', seatCategoryId: 'arena:2' })];
    const refusals = refusalsOf({ lines, contactId: 'arena:7' });
    expect(refusals.map(({ path }) => path)).toEqual([['lines', '1', 'tariffId']]);
    expect(refusals[0]!.message).toContain('must be of lyric, as an order is of one institution');
  });

  it('hears of everything that is wrong with it, in its own order', () => {
    const lines = [line({ quantity: 0, tariffId: 'x' }), item({ expectedUnitPrice: 'free' })];
    expect(refusalsOf({ lines, reference: '\0' }).map(({ path }) => path?.join('.'))).toEqual([
      'lines.0.quantity',
      'lines.0.tariffId',
      'lines.1.expectedUnitPrice',
      'reference',
    ]);
  });

  it('hears of twenty problems at most', () => {
    const lines = Array.from({ length: 100 }, () => line({ quantity: 0, tariffId: 'x' }));
    expect(refusalsOf({ lines })).toHaveLength(20);
  });
});

describe('whatever is sent as a basket', () => {
  const id = fc.oneof(
    fc.constantFrom('lyric:1', 'lyric:2', 'arena:1', 'opera:1', 'lyric:', ':1', `lyric:${'9'.repeat(30)}`),
    fc.string(),
  );
  const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
  const anyLine: fc.Arbitrary<BasketLineInput> = fc.record({
    performanceId: maybe(id),
    itemId: maybe(id),
    timeslotId: maybe(id),
    tariffId: id,
    seatCategoryId: maybe(id),
    seatIds: maybe(fc.array(id, { maxLength: 4 })),
    quantity: fc.oneof(fc.integer({ min: -1, max: 3 }), fc.double()),
    expectedUnitPrice: maybe(fc.oneof(fc.constantFrom('1', '45.00', '-1'), fc.string())),
  });
  const anyBasket: fc.Arbitrary<BasketInput> = fc.record({
    lines: fc.array(anyLine, { maxLength: 4 }),
    contactId: maybe(id),
    reference: maybe(fc.string({ unit: 'binary' })),
  });

  /** Nothing of it is lost, and everything is what S-360 can be asked for. */
  function isWhole({ institution, input }: OrderDraft, { lines }: BasketInput): boolean {
    return (
      INSTITUTIONS.has(institution) &&
      input.lines.length === lines.length &&
      input.lines.every(
        ({ tariffId, quantity, seatIds }) =>
          /^[0-9]{1,19}$/.test(tariffId) &&
          quantity >= 1 &&
          (seatIds.length === 0 || seatIds.length === quantity),
      )
    );
  }

  function isAboutAValueOf({ path }: OrderRefusal, { lines }: BasketInput): boolean {
    const [member, index] = path ?? [];
    if (member === 'lines') return index === undefined || lines[Number(index)] !== undefined;
    return member === 'contactId' || member === 'reference';
  }

  it('is either read as a whole, or refused with the values that are wrong', () => {
    fc.assert(
      fc.property(anyBasket, (input) => {
        const read = readDraft(input, INSTITUTIONS);
        const isRight =
          'draft' in read
            ? isWhole(read.draft, input)
            : read.refusals.length > 0 && read.refusals.every((refusal) => isAboutAValueOf(refusal, input));
        expect(isRight).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what is added to an order', () => {
  it('may be a purchaser alone', () => {
    expect(readAddition({ lines: [], contactId: 'lyric:7' }, 'lyric')).toEqual({
      draft: { institution: 'lyric', input: { lines: [], contactNumber: '7', reference: null } },
    });
  });

  it('must be something', () => {
    expect(readAddition({ lines: [] }, 'lyric')).toMatchObject({
      refusals: [{ code: 'INVALID_INPUT', path: null }],
    });
  });

  it("must be of the order's institution", () => {
    expect(readAddition({ lines: [], contactId: 'arena:7' }, 'lyric')).toMatchObject({
      refusals: [{ path: ['contactId'] }],
    });
  });
});

describe('the fingerprint of a draft', () => {
  const draft = draftOf(
    basket({ lines: [line({ expectedUnitPrice: '45.00' }), item()], contactId: 'lyric:7' }),
  );

  it('is the same for the same input, in whatever order its members were written', () => {
    const { institution, input } = draft;
    const turned = {
      input: Object.fromEntries(Object.entries(input).toReversed()) as unknown as OrderDraft['input'],
      institution,
    };
    expect(Object.keys(turned.input)).not.toEqual(Object.keys(input));
    expect(fingerprintOf(turned)).toBe(fingerprintOf(draft));
    expect(fingerprintOf(draft)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, OrderDraft]>([
    ['institution', { ...draft, institution: 'arena' }],
    ['purchaser', { ...draft, input: { ...draft.input, contactNumber: '07' } }],
    ['reference', { ...draft, input: { ...draft.input, reference: 'r' } }],
    ['order of the lines', { ...draft, input: { ...draft.input, lines: draft.input.lines.toReversed() } }],
    [
      'price that is expected',
      {
        ...draft,
        input: {
          ...draft.input,
          lines: draft.input.lines.map((each) => ({ ...each, expectedUnitMilli: 1n })),
        },
      },
    ],
  ])('is another one for another %s', (_what, other) => {
    expect(fingerprintOf(other)).not.toBe(fingerprintOf(draft));
  });
});
