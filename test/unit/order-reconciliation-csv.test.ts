import { describe, expect, it } from 'vitest';
import { csvOf, summaryOf } from '../../src/services/orders/order-reconciliation-csv.js';
import type { Finding, Reconciliation } from '../../src/services/orders/order-reconciliation.types.js';

const FINDING: Finding = {
  kind: 'amount_differs',
  order: '179500000000000001',
  clientOrderId: 'shop-1',
  s360OrderId: '501',
  ticketId: null,
  hereMilli: 90_000n,
  thereMilli: 89_999n,
  detail: '',
};

function found(...findings: readonly Partial<Finding>[]): Reconciliation {
  return {
    currency: { code: 'EUR', fractionDigits: 2 },
    findings: findings.map((finding) => ({ ...FINDING, ...finding })),
    matched: 3,
    withoutAmount: 0,
    inDoubt: 0,
  };
}

describe('the CSV of a reconciliation', () => {
  it('is a header alone when nothing differs', () => {
    expect(csvOf('hall', found())).toBe(
      'kind,institution,order,client_order_id,s360_order_id,ticket,amount_here,amount_there,currency,detail\r\n',
    );
  });

  it('has a row for each finding, amounts as decimals, and an end to every line', () => {
    const csv = csvOf('hall', found({}, { kind: 'missing_here', order: null, hereMilli: null }));
    expect(csv.split('\r\n').slice(1)).toEqual([
      'amount_differs,hall,hall:179500000000000001,shop-1,501,,90.00,89.999,EUR,',
      'missing_here,hall,,shop-1,501,,,89.999,EUR,',
      '',
    ]);
  });

  it.each([
    ['a,b', '"a,b"'],
    ['say "so"', '"say ""so"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['=1+1', "'=1+1"],
    ['+33', "'+33"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2+3', "'-2+3"],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['＝1+1', "'＝1+1"],
    ['\tx', "'\tx"],
    ['shop-1', 'shop-1'],
  ])('writes %j as %j', (text, cell) => {
    const row = csvOf('hall', found({ clientOrderId: text })).slice(csvOf('hall', found()).length);
    expect(row).toBe(`amount_differs,hall,hall:179500000000000001,${cell},501,,90.00,89.999,EUR,\r\n`);
  });

  it('leaves amounts below zero the numbers that they are', () => {
    expect(csvOf('hall', found({ hereMilli: -5_000n }))).toContain(',-5.00,');
  });
});

describe('the summary', () => {
  it('counts every kind, and tells what was not compared', () => {
    expect(summaryOf({ ...found({}, { kind: 'missing_here' }), withoutAmount: 2, inDoubt: 1 })).toBe(
      '2 findings (1 missing_here, 0 missing_there, 1 amount_differs, 0 ticket_invalidated); ' +
        '3 sales found on both sides; amounts of 2 not compared: S-360 does not list them; 1 order still in doubt',
    );
  });
});
