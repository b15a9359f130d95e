import { counted } from '../../domain/counted.js';
import { formatDecimal } from '../../domain/money.js';
import { formatGlobalId } from '../../domain/ids.js';
import { FINDING_KINDS, type Finding, type Reconciliation } from './order-reconciliation.types.js';

const HEADER =
  'kind,institution,order,client_order_id,s360_order_id,ticket,amount_here,amount_there,currency,detail';

/** RFC 4180: one row for each finding below a header, lines ended by CRLF. Amounts are decimal numbers. */
export function csvOf(institution: string, { currency, findings }: Reconciliation): string {
  const amount = (milli: bigint | null): string =>
    milli === null ? '' : formatDecimal(milli, currency.fractionDigits);
  const row = (finding: Finding): string =>
    [
      finding.kind,
      institution,
      finding.order === null ? '' : formatGlobalId(institution, finding.order),
      finding.clientOrderId ?? '',
      finding.s360OrderId ?? '',
      finding.ticketId ?? '',
      amount(finding.hereMilli),
      amount(finding.thereMilli),
      currency.code,
      finding.detail,
    ]
      .map(cellOf)
      .join(',');
  return [HEADER, ...findings.map(row)].map((line) => `${line}\r\n`).join('');
}

/** One line for people: `2 findings (1 missing_here, 1 amount_differs); 340 sales are the same on both sides`. */
export function summaryOf({ findings, matched, withoutAmount, inDoubt }: Reconciliation): string {
  const counts = FINDING_KINDS.map((kind) => {
    const count = findings.filter((finding) => finding.kind === kind).length;
    return `${count} ${kind}`;
  });
  return [
    `${counted(findings.length, 'finding')} (${counts.join(', ')})`,
    `${counted(matched, 'sale')} found on both sides`,
    ...(withoutAmount === 0 ? [] : [`amounts of ${withoutAmount} not compared: S-360 does not list them`]),
    ...(inDoubt === 0 ? [] : [`${counted(inDoubt, 'order')} still in doubt`]),
  ].join('; ');
}

/** What a spreadsheet would take for a formula, in any width that it reads. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

function cellOf(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
