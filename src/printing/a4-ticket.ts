import { placeCode, type CodeRoom, type PlacedCode } from './code-placement.js';
import { LABELS, type PrintLanguage } from './labels.js';
import { MM } from './millimetres.js';
import type { Paper, TextStyle } from './paper.js';
import type { PrintableTicket } from './printable-ticket.js';
import { ticketCode, type TicketCode } from './ticket-code.js';
import {
  drawParts,
  factsPart,
  gap,
  stack,
  textPart,
  titleParts,
  type Column,
  type Look,
  type Part,
  type Typography,
} from './ticket-parts.js';

/** Two tickets on a sheet, the upper and the lower half, with a line to cut along between them. */
export const A4 = { width: 210 * MM, height: 297 * MM, ticketsPerPage: 2 };

const HALF = A4.height / 2;
const MARGIN = { x: 15 * MM, y: 12 * MM };
const FULL: Column = { left: MARGIN.x, width: A4.width - 2 * MARGIN.x };
/** The part that is torn off or scanned: the code and its number. */
const STUB: Column = { left: A4.width - MARGIN.x - 58 * MM, width: 58 * MM };
const BESIDE_STUB: Column = { left: MARGIN.x, width: STUB.left - MARGIN.x - 10 * MM };
const HEADER = 18;
const BODY_TOP = MARGIN.y + HEADER + 14;
const BODY_BOTTOM = HALF - MARGIN.y;
const BAND_HEIGHT = 34 * MM;

/** Printers at home have 300 dots an inch or a multiple of it. */
const DOT = 72 / 300;
const IN_STUB: CodeRoom = { width: STUB.width, height: 70 * MM, dot: DOT, fewestDots: 3, isRoll: false };
const IN_BAND: CodeRoom = { ...IN_STUB, width: FULL.width, height: 22 * MM, fewestDots: 2 };
/** For what needs a great many modules: still read from paper, not by every reader. */
const FINE_IN_STUB: CodeRoom = { ...IN_STUB, fewestDots: 2 };

const INK = '#16131d';
const QUIET = '#635d70';
const LINE = '#c9c4d3';

const TYPOGRAPHY: Typography = {
  product: { size: 24, smallest: 12, lines: 2, mostLines: 6 },
  performance: { size: 13, smallest: 9, lines: 2, mostLines: 5 },
  date: { size: 14, smallest: 10, lines: 2, mostLines: 3 },
  venue: { size: 11, smallest: 8.5, lines: 2, mostLines: 5 },
  small: { size: 8.5, smallest: 7.5, lines: 2, mostLines: 5 },
  value: { size: 11.5, smallest: 7.5, lines: 1, mostLines: 6 },
};

/** All of the usual size first; a ticket with very long names gets smaller as a whole, and at last loses lines. */
const ATTEMPTS: readonly { readonly scale: number; readonly mostLines: number }[] = [
  { scale: 1, mostLines: 6 },
  { scale: 0.86, mostLines: 6 },
  { scale: 0.74, mostLines: 6 },
  { scale: 0.64, mostLines: 5 },
  { scale: 0.6, mostLines: 2 },
  { scale: 0.5, mostLines: 1 },
];

export interface TicketNumber {
  readonly number: number;
  readonly of: number;
}

/** Draws into the upper half (`place` 0) or the lower one (1) of the page at hand. */
export function drawA4Ticket(
  paper: Paper,
  ticket: PrintableTicket,
  options: TicketNumber & { place: 0 | 1 },
): void {
  const offset = options.place * HALF;
  const code = ticketCode(ticket);
  drawHeader(paper, ticket, options, offset);
  const top = offset + BODY_TOP + drawVoidBar(paper, code, offset + BODY_TOP);
  const bottom = offset + BODY_BOTTOM;
  const band = bandFor(code);
  if (band === null) {
    drawBody(paper, ticket, { column: BESIDE_STUB, columns: 2, top, bottom });
    const middle = (BESIDE_STUB.left + BESIDE_STUB.width + STUB.left) / 2;
    paper.rule([middle, top], [middle, bottom], { width: 0.6, color: LINE, isDashed: true });
    drawStub(paper, code, { top, language: ticket.language });
  } else {
    drawBody(paper, ticket, { column: FULL, columns: 4, top, bottom: bottom - BAND_HEIGHT });
    drawCode(paper, band.code, band.placed, { column: FULL, top: bottom - BAND_HEIGHT + 4 * MM });
  }
}

/** Once on every page, between its halves. */
export function drawCutLine(paper: Paper): void {
  paper.rule([6 * MM, HALF], [A4.width - 6 * MM, HALF], { width: 0.6, color: LINE, isDashed: true });
}

function drawHeader(
  paper: Paper,
  ticket: PrintableTicket,
  { number, of }: TicketNumber,
  offset: number,
): void {
  const labels = LABELS[ticket.language];
  const small: TextStyle = { face: 'regular', color: QUIET, size: 8.5, smallest: 6, lines: 1, mostLines: 1 };
  const right = paper.fit(
    `${labels.ticket} ${number} / ${of}   ·   ${labels.order} ${ticket.reference}`,
    FULL.width * 0.45,
    small,
  );
  const left = paper.fit(ticket.institution, FULL.width * 0.5, {
    ...small,
    face: 'strong',
    color: INK,
    size: 11,
    mostLines: 3,
  });
  const base = offset + MARGIN.y + HEADER;
  paper.write(left, { ...FULL, top: base - 5 - left.height });
  paper.write(right, { ...FULL, top: base - 5 - right.height, align: 'right' });
  paper.rule([FULL.left, base], [FULL.left + FULL.width, base], { width: 1.6, color: INK });
}

/** Across the whole ticket; answers how much room it took. */
function drawVoidBar(paper: Paper, code: TicketCode, top: number): number {
  if (code.kind !== 'void') return 0;
  const height = 30;
  paper.paint({ ...FULL, top: top - 4, height }, INK);
  const style: TextStyle = { face: 'strong', color: '#fff', size: 17, smallest: 10, lines: 1, mostLines: 1 };
  const bar = paper.fit(code.bar, FULL.width - 20, style);
  paper.write(bar, { ...FULL, top: top - 4 + (height - bar.height) / 2, align: 'center' });
  return height + 8;
}

interface Body {
  readonly column: Column;
  readonly columns: number;
  readonly top: number;
  readonly bottom: number;
}

/** What, when and where at the top, the facts at the bottom. */
function drawBody(paper: Paper, ticket: PrintableTicket, { column, columns, top, bottom }: Body): void {
  for (const [index, { scale, mostLines }] of ATTEMPTS.entries()) {
    const options = { column, look: lookAt(scale), typography: withMostLines(mostLines) };
    const title = stack(titleParts(paper, ticket, options));
    const facts = factsPart(paper, ticket, { ...options, columns });
    if (title.height + 12 + facts.height > bottom - top && index < ATTEMPTS.length - 1) continue;
    title.draw(top);
    paper.rule(
      [column.left, bottom - facts.height - 8],
      [column.left + column.width, bottom - facts.height - 8],
      {
        width: 0.6,
        color: LINE,
      },
    );
    facts.draw(bottom - facts.height);
    return;
  }
}

function lookAt(scale: number): Look {
  return { ink: INK, quiet: QUIET, line: LINE, scale };
}

function withMostLines(most: number): Typography {
  const limited = (style: Typography[keyof Typography]): Typography[keyof Typography] => ({
    ...style,
    lines: Math.min(style.lines, most),
    mostLines: Math.min(style.mostLines, most),
  });
  const { product, performance, date, venue, small, value } = TYPOGRAPHY;
  return {
    product: limited(product),
    performance: limited(performance),
    date: limited(date),
    venue: limited(venue),
    small: limited(small),
    value: limited(value),
  };
}

type DrawnCode = Extract<TicketCode, { kind: 'drawn' }>;

/** A code too wide for the stub has the foot of the ticket to itself. */
function bandFor(code: TicketCode): { readonly code: DrawnCode; readonly placed: PlacedCode } | null {
  if (code.kind !== 'drawn' || code.code.symbology !== 'CODE128') return null;
  if (placeCode(code.code, IN_STUB) !== null) return null;
  const placed = placeCode(code.code, IN_BAND);
  return placed === null ? null : { code, placed };
}

function drawStub(
  paper: Paper,
  code: TicketCode,
  { top, language }: { top: number; language: PrintLanguage },
): void {
  const style: TextStyle = { face: 'regular', color: QUIET, size: 8.5, smallest: 7, lines: 3, mostLines: 6 };
  const note = (text: string): Part => textPart(paper, paper.fit(text, STUB.width, style), STUB);
  if (code.kind === 'void' || code.kind === 'missing') return note(code.note).draw(top);
  const placed =
    code.kind === 'drawn' ? (placeCode(code.code, IN_STUB) ?? placeCode(code.code, FINE_IN_STUB)) : null;
  if (code.kind === 'drawn' && placed !== null) return drawCode(paper, code, placed, { column: STUB, top });
  drawParts([note(LABELS[language].codeNotPrintable), gap(6), numberPart(paper, code.value, STUB)], top);
}

/** In the middle of its column, on whole dots, its number beneath. */
function drawCode(
  paper: Paper,
  { code, value }: DrawnCode,
  placed: PlacedCode,
  { column, top }: { readonly column: Column; readonly top: number },
): void {
  const left = column.left + (column.width - placed.width) / 2;
  const [x, y] = [left, top].map((length) => Math.round(length / DOT) * DOT) as [number, number];
  paper.draw(code, placed, { left: x, top: y, width: placed.width });
  drawParts([numberPart(paper, value, column)], y + placed.height + 2);
}

function numberPart(paper: Paper, value: string, column: Column): Part {
  const text = paper.fitCharacters(value, column.width, {
    face: 'regular',
    color: INK,
    size: 8,
    smallest: value.length > 120 ? 5 : 8,
    lines: 1,
    mostLines: 20,
  });
  return textPart(paper, text, column, 'center');
}
