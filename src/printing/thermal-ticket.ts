import { placeCode, type CodeRoom } from './code-placement.js';
import { LABELS, type PrintLanguage } from './labels.js';
import { MM } from './millimetres.js';
import type { Paper, TextStyle } from './paper.js';
import type { TicketNumber } from './a4-ticket.js';
import type { PrintableTicket } from './printable-ticket.js';
import { ticketCode, type TicketCode } from './ticket-code.js';
import {
  drawParts,
  factsPart,
  gap,
  heightOf,
  rulePart,
  textPart,
  titleParts,
  type Column,
  type Look,
  type Part,
  type Typography,
} from './ticket-parts.js';

/** Of a roll of 80 mm the head reaches 72, in dots of an eighth of a millimetre (203 dots an inch). */
const ROLL: Column = { left: 4 * MM, width: 72 * MM };
const PAGE_WIDTH = 80 * MM;
const DOT = MM / 8;
const ROOM: CodeRoom = { width: ROLL.width, height: 72 * MM, dot: DOT, fewestDots: 2, isRoll: true };
const MARGIN = 4 * MM;

/** A thermal head knows no grey: a tone would come out as a pattern of dots. */
const LOOK: Look = { ink: '#000', quiet: '#000', line: '#000', scale: 1 };

const TYPOGRAPHY: Typography = {
  product: { size: 17, smallest: 10, lines: 3, mostLines: 24 },
  performance: { size: 11, smallest: 8.5, lines: 3, mostLines: 24 },
  date: { size: 12.5, smallest: 9, lines: 2, mostLines: 12 },
  venue: { size: 10.5, smallest: 8.5, lines: 3, mostLines: 24 },
  small: { size: 8, smallest: 7.5, lines: 3, mostLines: 24 },
  value: { size: 11, smallest: 8.5, lines: 1, mostLines: 24 },
};

const PLAIN: TextStyle = { face: 'regular', color: '#000', size: 8, smallest: 7.5, lines: 2, mostLines: 24 };

/** A page of its own, as long as what is on it. */
export function drawThermalTicket(paper: Paper, ticket: PrintableTicket, { number, of }: TicketNumber): void {
  const labels = LABELS[ticket.language];
  const code = ticketCode(ticket);
  const options = { column: ROLL, look: LOOK, typography: TYPOGRAPHY };
  const line = (text: string, style: TextStyle, align?: 'center'): Part =>
    textPart(paper, paper.fit(text, ROLL.width, style), ROLL, align);
  const parts: Part[] = [
    line(ticket.institution, { ...PLAIN, face: 'strong', size: 10 }),
    gap(3),
    rulePart(paper, ROLL, { width: 1.6, color: '#000' }),
    gap(7),
    ...voidParts(paper, code),
    ...titleParts(paper, ticket, options),
    gap(8),
    rulePart(paper, ROLL, { width: 0.7, color: '#000' }),
    gap(5),
    factsPart(paper, ticket, { ...options, columns: 2 }),
    gap(10),
    ...codeParts(paper, code, ticket.language),
    gap(8),
    line(`${labels.ticket} ${number} / ${of}   ·   ${labels.order} ${ticket.reference}`, PLAIN, 'center'),
  ];
  const height = wholeDots(heightOf(parts) + 2 * MARGIN);
  paper.addPage(PAGE_WIDTH, height);
  drawParts(parts, MARGIN);
}

function voidParts(paper: Paper, code: TicketCode): Part[] {
  if (code.kind !== 'void') return [];
  const style: TextStyle = { ...PLAIN, face: 'strong', color: '#fff', size: 16, smallest: 9, lines: 1 };
  const text = paper.fit(code.bar, ROLL.width - 12, style);
  const height = text.height + 8;
  return [
    {
      height,
      draw: (top) => {
        paper.paint({ ...ROLL, top, height }, '#000');
        paper.write(text, { ...ROLL, top: top + 4, align: 'center' });
      },
    },
    gap(8),
  ];
}

function codeParts(paper: Paper, code: TicketCode, language: PrintLanguage): Part[] {
  switch (code.kind) {
    case 'drawn': {
      const placed = placeCode(code.code, ROOM);
      if (placed === null) break;
      const left = wholeDots(ROLL.left + (ROLL.width - placed.width) / 2);
      return [
        {
          height: placed.height + DOT,
          draw: (top) => paper.draw(code.code, placed, { left, top: wholeDots(top), width: placed.width }),
        },
        gap(2),
        numberPart(paper, code.value),
      ];
    }
    case 'void':
    case 'missing':
      return [textPart(paper, paper.fit(code.note, ROLL.width, PLAIN), ROLL)];
    case 'written':
      break;
  }
  return [
    textPart(paper, paper.fit(LABELS[language].codeNotPrintable, ROLL.width, PLAIN), ROLL),
    gap(4),
    numberPart(paper, code.value),
  ];
}

function numberPart(paper: Paper, value: string): Part {
  const text = paper.fitCharacters(value, ROLL.width, {
    ...PLAIN,
    smallest: value.length > 120 ? 6 : 8,
  });
  return textPart(paper, text, ROLL, 'center');
}

function wholeDots(length: number): number {
  return Math.round(length / DOT) * DOT;
}
