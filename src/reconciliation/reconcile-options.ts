import { readCommandLine } from '../command-line.js';
import { quote } from '../domain/ids.js';
import { MOST_LOOK_UPS } from '../services/orders/order-reconciliation-run.js';

/** What `npm run reconcile` was asked for. */
export type ReconcileRequest =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }
  | {
      readonly kind: 'compare';
      readonly institution: string;
      /** `2026-11`. */
      readonly month: string;
      /** Null: standard output. */
      readonly out: string | null;
    };

const OPTIONS = { institution: 'value', month: 'value', out: 'value' } as const;

const MONTH = /^(20\d\d)-(0[1-9]|1[0-2])$/;
/** Where the day begins first, it does so as much before UTC. */
const EARLIEST_ZONE_MS = 14 * 3_600_000;

/** Reads the arguments after the program's name; every problem is one line. `now`: epoch ms. */
export function readReconcileOptions(args: readonly string[], now: number): ReconcileRequest {
  const asked = readCommandLine(args, OPTIONS, { usage: USAGE });
  if (asked.kind === 'help') return asked;
  const problems = [...asked.problems];
  const { institution, month, out = null } = asked.values;
  if (problems.length === 0) {
    if (institution === undefined) problems.push(`--institution is missing; ${USAGE}`);
    if (month === undefined) problems.push(`--month is missing; ${USAGE}`);
  }
  if (month !== undefined) problems.push(...problemsOfMonth(month, now));
  if (problems.length > 0 || institution === undefined || month === undefined)
    return { kind: 'wrong', problems };
  return { kind: 'compare', institution, month, out };
}

/** A month that has not begun would compare nothing with nothing, and find no difference. */
function problemsOfMonth(month: string, now: number): string[] {
  const [, year, number] = MONTH.exec(month) ?? [];
  if (year === undefined) return [`--month must be a month as YYYY-MM, got ${quote(month)}`];
  if (Date.UTC(Number(year), Number(number) - 1) - EARLIEST_ZONE_MS <= now) return [];
  return [`--month must be a month that has begun, got ${quote(month)}`];
}

const USAGE = 'usage: npm run reconcile -- --institution CODE --month YYYY-MM [--out FILE]';

export const HELP = `${USAGE}

Compares the orders of one month in the journal with S-360's history, and writes what differs as CSV:
  missing_here        sold at S-360, and not closed in the journal
  missing_there       closed in the journal, and not sold at S-360
  amount_differs      sold on both sides, for different amounts
  ticket_invalidated  good in the journal, cancelled or invalidated at S-360

  --institution CODE  one of the configured institutions
  --month YYYY-MM     on the clock of the venue; an order is of the month in which the journal dates it
  --out FILE          written when everything was compared, replacing what is there; default: standard output
  --help              this text

Settings are the gateway's own environment, and it may run meanwhile. Nothing is changed.

Exit codes: 0 nothing differs, 1 something does, 2 it could not be compared (and no CSV is written).

What it costs: calls to S-360, which count in the month's allowance. One for the point of sales, one for each 500
orders, one for each 5,000 tickets, and up to ${MOST_LOOK_UPS} for single orders: a month of 20,000 orders takes some 60. It
leaves the gateway three quarters of the calls of every minute, so that this takes some four minutes with the
standard contract, and it stops before the last tenth of the month's calls, which are for sales.
`;
