import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerDecoder } from '../../src/datasources/s360/answer-decoder.js';
import { compileShape } from '../../src/datasources/s360/answer-shape.js';
import { orderDetails } from '../../src/datasources/s360/order-answers.js';
import type { OrderDetails } from '../../src/datasources/s360/order-calls.types.js';
import { parseDecimalMilli } from '../../src/domain/money.js';
import type { Order } from '../../src/domain/order.js';
import { openJournal } from '../../src/journal/database.js';
import { createOrderJournal } from '../../src/journal/order-journal.js';
import { MoneyType } from '../../src/resolvers/money.types.js';
import { DecimalScalar } from '../../src/resolvers/scalars.js';
import { knownOrder, ticketsOf } from '../../src/services/orders/order-upstream.js';
import { printableTickets } from '../../src/services/tickets/printable-tickets.js';
import { anOrder } from '../support/order-records.js';
import { envelope } from '../support/raw-s360.js';

const NAMESPACE = 'http://v1_33.ExternalOrderService.service.secutix.com';
const AMOUNTS = { operationId: 'xs:long', unitPrice: 'xs:long', totalAmount: 'xs:long', quantity: 'xs:int' };
const SHAPE = compileShape({
  targetNSAlias: 'tns',
  targetNamespace: NAMESPACE,
  orderId: 'xs:long',
  orderState: 'xs:string',
  saleAmount: 'xs:long',
  'operationDatas[]': AMOUNTS,
  'movementDatas[]': { movementId: 'xs:long', operationId: 'xs:long', barCode: 'xs:string' },
});
const CALL = { institution: 'hall', service: 'ExternalOrderService', method: 'getOrderDetails' };
const FACTS = {
  institutionName: 'Lyric Hall',
  timeZone: 'Europe/Paris',
  symbology: 'QR',
  languages: ['en'],
} as const;

/** Up to the largest that S-360's answers may have here: 18 digits, a thousand times a million million. */
const MOST = 10n ** 18n - 1n;
const amount = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 999n, -999n, 12_345n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, MOST, -MOST),
  fc.bigInt({ min: -200_000n, max: 200_000n }),
  fc.bigInt({ min: -MOST, max: MOST }),
);
const currency = fc.constantFrom(
  { code: 'JPY', fractionDigits: 0 },
  { code: 'EUR', fractionDigits: 2 },
  { code: 'KWD', fractionDigits: 3 },
);

/** What S-360 says of a closed order with one ticket, as text and read. */
function fromSoap(totalMilli: bigint, unitMilli: bigint): OrderDetails {
  const decoder = new AnswerDecoder({
    namespace: NAMESPACE,
    responseElement: 'getOrderDetailsResponse',
    resultElement: 'Result',
    resultShape: SHAPE,
  });
  decoder.write(
    envelope(
      `<n:getOrderDetailsResponse xmlns:n="${NAMESPACE}"><Result><orderId>1</orderId><orderState>CLOSED</orderState>` +
        `<saleAmount>${totalMilli}</saleAmount><operationDatas><operationId>71</operationId>` +
        `<unitPrice>${unitMilli}</unitPrice><totalAmount>${unitMilli}</totalAmount><quantity>1</quantity></operationDatas>` +
        `<movementDatas><movementId>81</movementId><operationId>71</operationId><barCode>B1</barCode></movementDatas>` +
        `</Result></n:getOrderDetailsResponse>`,
    ),
  );
  return orderDetails(CALL, decoder.end());
}

describe('an amount of an order', () => {
  it('is the same thousandths in the answer, the record, the journal, the graph and on the ticket', async () => {
    const database = openJournal(':memory:');
    const sealing = { seal: (text: string) => text, open: (text: string) => text };
    const journal = createOrderJournal(database, { sealing });
    let orders = 0;
    await fc.assert(
      fc.asyncProperty(amount, amount, currency, async (totalMilli, unitMilli, unit) => {
        orders += 1;
        const details = fromSoap(totalMilli, unitMilli);
        const asked = anOrder({ number: String(orders), clientOrderId: `key-${orders}`, currency: unit });
        const known: Order = { ...asked, ...knownOrder(asked, details), state: 'CLOSED' };
        const order: Order = { ...known, tickets: ticketsOf(known, details)! };
        expect([order.totalMilli, order.tickets[0]!.unitMilli]).toEqual([totalMilli, unitMilli]);

        await journal.create(order, 'CLIENT', { owner: 'test', until: 0 });
        const kept = (await journal.byNumber(order.number))!;
        expect([kept.totalMilli, kept.tickets[0]!.unitMilli]).toEqual([totalMilli, unitMilli]);

        const money = new MoneyType(kept.totalMilli!, unit);
        const sent = JSON.parse(JSON.stringify({ amount: DecimalScalar.serialize(money.amount) })) as {
          readonly amount: string;
        };
        expect(parseDecimalMilli(sent.amount)).toBe(totalMilli);
        expect(decimalsOf(sent.amount)).toBeGreaterThanOrEqual(unit.fractionDigits);

        const [printed, code] = printableTickets(kept, FACTS)[0]!.price.split(' ');
        expect([parseDecimalMilli(printed!), code]).toEqual([unitMilli, unit.code]);
      }),
      { numRuns: 500 },
    );
    await database.destroy();
  });

  it('is given back by a client exactly as it was told', () => {
    fc.assert(
      fc.property(amount, currency, (amountMilli, unit) => {
        const told = DecimalScalar.serialize(new MoneyType(amountMilli, unit).amount);
        expect(parseDecimalMilli(DecimalScalar.parseValue(told))).toBe(amountMilli);
      }),
    );
  });

  it('has minor units that are it, rounded half away from zero to the digits of its currency', () => {
    // As far as a GraphQL Int reaches.
    const whole = fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n });
    fc.assert(
      fc.property(whole, currency, fc.bigInt({ min: -499n, max: 499n }), (units, unit, rest) => {
        const step = 10n ** BigInt(3 - unit.fractionDigits);
        const exact = new MoneyType(units * step, unit);
        expect(BigInt(exact.minorUnits)).toBe(units);
        const near = new MoneyType(units * step + (rest * step) / 1_000n, unit);
        expect(BigInt(near.minorUnits)).toBe(units);
      }),
    );
  });

  it.each(['1.5', '45,00', '1e3', '0x10', '', '1'.repeat(19), '٣'])(
    'that is no whole number of thousandths is none: %j',
    (text) => {
      const object = { orderId: '1', saleAmount: text };
      expect(orderDetails(CALL, object).saleMilli).toBeNull();
    },
  );
});

function decimalsOf(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}
