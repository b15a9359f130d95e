import { formatLocal, formatZoned } from '../../domain/local-time.js';
import { formatDecimal, type Currency } from '../../domain/money.js';
import type { Order, OrderLine, OrderLineNames, Ticket, TicketState } from '../../domain/order.js';
import type { Symbology } from '../../domain/symbology.js';
import { translate, type TranslatedText } from '../../domain/text.js';
import { unreachable } from '../../errors.js';
import { printLanguage, type PrintLanguage } from '../../printing/labels.js';
import type { PrintableTicket, PrintedStart } from '../../printing/printable-ticket.js';

/** What an order does not know about the house it was made for. */
export interface PrintingFacts {
  readonly institutionName: string;
  /** IANA name of the venue's clock. */
  readonly timeZone: string;
  readonly symbology: Symbology;
  /** To try for names, best first; the first one that the printer speaks is that of its own words. */
  readonly languages: readonly string[];
}

/**
 * The order's tickets as they are printed, in the order's sequence. Everything comes from the order itself, so that
 * it can be printed when neither the catalog nor S-360 is there.
 */
export function printableTickets(order: Order, facts: PrintingFacts): PrintableTicket[] {
  const lines = new Map(order.lines.map((line) => [line.operationId, line]));
  return order.tickets.map((ticket) => printableTicket(order, ticket, lineOf(ticket, order, lines), facts));
}

function printableTicket(
  order: Order,
  ticket: Ticket,
  line: OrderLine | null,
  facts: PrintingFacts,
): PrintableTicket {
  const text = (of: (names: OrderLineNames) => TranslatedText): string | null =>
    line === null ? null : translate(of(line.names), facts.languages);
  const language = printLanguage(facts.languages);
  const product = text(({ product }) => product) ?? line?.names.productCode ?? '';
  return {
    language,
    institution: facts.institutionName,
    product: product === '' ? facts.institutionName : product,
    performance: different(text(({ performance }) => performance) ?? text(({ item }) => item), product),
    start: line === null ? null : startOf(line, facts.timeZone, language),
    venue: text(({ venue }) => venue),
    address: line?.names.venueAddress ?? null,
    seatCategory: text(({ seatCategory }) => seatCategory),
    seat: ticket.seatLabel,
    tariff: text(({ tariff }) => tariff),
    price: priceText(ticket.unitMilli, order.currency),
    holder: ticket.holder,
    reference: order.s360FileId ?? order.s360OrderId ?? order.externalReference,
    state: stateOf(order, ticket),
    barcode: ticket.barcode === null ? null : { value: ticket.barcode, symbology: facts.symbology },
  };
}

/** S-360's operation says which line a ticket is of; an order of one line needs no saying. */
function lineOf(
  { operationId }: Ticket,
  order: Order,
  lines: ReadonlyMap<string | null, OrderLine>,
): OrderLine | null {
  return lines.get(operationId) ?? (order.lines.length === 1 ? order.lines[0]! : null);
}

/** A cancelled order admits nobody, even where its tickets were not read again since. */
function stateOf(order: Order, ticket: Ticket): TicketState {
  return order.state === 'CANCELLED' && ticket.state !== 'INVALIDATED' ? 'CANCELLED' : ticket.state;
}

function different(name: string | null, product: string): string | null {
  return name === product ? null : name;
}

/** Never through a floating-point number. */
function priceText(unitMilli: bigint, currency: Currency | null): string {
  if (currency === null) return formatDecimal(unitMilli, 2);
  return `${formatDecimal(unitMilli, currency.fractionDigits)} ${currency.code}`;
}

function startOf(line: OrderLine, timeZone: string, language: PrintLanguage): PrintedStart | null {
  const { startsAt, endsAt } = line.names;
  if (startsAt === null) return null;
  const local = formatLocal({ epochMs: startsAt, timeZone });
  const offset = formatZoned({ epochMs: startsAt, timeZone }).slice(local.length);
  const time = local.slice(11, 16);
  const end = endsAt === null ? null : formatLocal({ epochMs: endsAt, timeZone });
  // A timeslot is entered until it ends; when a concert ends is only planned.
  const isSlot = line.timeslotId !== null && end !== null && end.slice(0, 10) === local.slice(0, 10);
  return {
    date: dateText(local.slice(0, 10), language),
    time: isSlot ? `${time} – ${end.slice(11, 16)}` : time,
    zone: `${isKnownZone(timeZone) ? timeZone : 'UTC'}, UTC${offset}`,
  };
}

/** `2026-02-14` -> `Saturday 14 February 2026`. Names are ICU's; its patterns differ from one version of Node to another. */
function dateText(date: string, language: PrintLanguage): string {
  // The day of the place is known already: it must not move again.
  const at = Date.parse(`${date}T12:00:00Z`);
  const name = (part: 'weekday' | 'month'): string =>
    new Intl.DateTimeFormat(language, { timeZone: 'UTC', [part]: 'long' }).format(at);
  const [year, , dayText] = date.split('-');
  const day = Number(dayText);
  const [weekday, month] = [name('weekday'), name('month')];
  switch (language) {
    case 'fr':
      return `${weekday} ${day === 1 ? '1er' : day} ${month} ${year}`;
    case 'de':
      return `${weekday}, ${day}. ${month} ${year}`;
    case 'en':
      return `${weekday} ${day} ${month} ${year}`;
    default:
      return unreachable(language);
  }
}

function isKnownZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
