import { LABELS } from './labels.js';
import type { Paper, SetText, TextStyle } from './paper.js';
import type { PrintableTicket } from './printable-ticket.js';

/** Something with a height that can be drawn once its place is known. */
export interface Part {
  readonly height: number;
  draw(top: number): void;
}

/** Sizes and greys of a format. `scale` makes all of it smaller, for tickets with very long names. */
export interface Look {
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly scale: number;
}

export interface Column {
  readonly left: number;
  readonly width: number;
}

export function gap(height: number): Part {
  return { height, draw: () => undefined };
}

export function textPart(paper: Paper, text: SetText, { left, width }: Column, align?: 'center'): Part {
  return {
    height: text.height,
    draw: (top) => paper.write(text, { left, top, width, ...(align === undefined ? {} : { align }) }),
  };
}

export function rulePart(paper: Paper, { left, width }: Column, pen: { width: number; color: string }): Part {
  return {
    height: pen.width,
    draw: (top) => paper.rule([left, top + pen.width / 2], [left + width, top + pen.width / 2], pen),
  };
}

export function heightOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { height }) => sum + height, 0);
}

export function drawParts(parts: readonly Part[], top: number): void {
  for (const part of parts) {
    part.draw(top);
    top += part.height;
  }
}

type Sizes = Pick<TextStyle, 'size' | 'smallest' | 'lines' | 'mostLines'>;

/** The look of one format's texts. */
export interface Typography {
  readonly product: Sizes;
  readonly performance: Sizes;
  readonly date: Sizes;
  readonly venue: Sizes;
  readonly small: Sizes;
  readonly value: Sizes;
}

/** What, when and where, from top to bottom. */
export function titleParts(
  paper: Paper,
  ticket: PrintableTicket,
  { column, look, typography }: { column: Column; look: Look; typography: Typography },
): Part[] {
  const { scale, ink, quiet } = look;
  const text = (content: string, sizes: Sizes, face: 'regular' | 'strong', color: string): Part =>
    textPart(paper, paper.fit(content, column.width, { ...scaled(sizes, scale), face, color }), column);
  const { start, performance, venue, address } = ticket;
  return [
    text(ticket.product, typography.product, 'strong', ink),
    ...(performance === null
      ? []
      : [gap(2 * scale), text(performance, typography.performance, 'regular', ink)]),
    ...(start === null
      ? []
      : [
          gap(10 * scale),
          text(`${start.date}, ${start.time}`, typography.date, 'strong', ink),
          text(LABELS[ticket.language].localTime + start.zone, typography.small, 'regular', quiet),
        ]),
    ...(venue === null && address === null ? [] : [gap(8 * scale)]),
    ...(venue === null ? [] : [text(venue, typography.venue, 'strong', ink)]),
    ...(address === null ? [] : [text(address, typography.small, 'regular', quiet)]),
  ];
}

/** Seat, tariff and price in a grid of labels with their values, the name beneath in a row of its own. */
export function factsPart(
  paper: Paper,
  ticket: PrintableTicket,
  options: { column: Column; columns: number; look: Look; typography: Typography },
): Part {
  const labels = LABELS[ticket.language];
  const facts = present([
    [labels.seatCategory, ticket.seatCategory],
    [labels.seat, ticket.seat],
    [labels.tariff, ticket.tariff],
    [labels.price, ticket.price],
  ]);
  const { columns } = options;
  const rows = Array.from({ length: Math.ceil(facts.length / columns) }, (_, row) =>
    factsRow(paper, facts.slice(row * columns, (row + 1) * columns), options),
  );
  const holder = present([[labels.holder, ticket.holder]]);
  if (holder.length > 0) rows.push(factsRow(paper, holder, { ...options, columns: 1 }));
  const between = gap(7 * options.look.scale);
  return stack(rows.flatMap((row, index) => (index === 0 ? [row] : [between, row])));
}

type Fact = readonly [label: string, value: string];

function factsRow(
  paper: Paper,
  facts: readonly Fact[],
  options: { column: Column; columns: number; look: Look; typography: Typography },
): Part {
  const { column, columns, look, typography } = options;
  const gutter = 10 * look.scale;
  const width = (column.width - gutter * (columns - 1)) / columns;
  const label = { ...scaled(typography.small, look.scale), face: 'regular', color: look.quiet } as const;
  const value = { ...scaled(typography.value, look.scale), face: 'strong', color: look.ink } as const;
  const cells = facts.map(([name, content]) => ({
    label: paper.fit(name, width, label),
    value: paper.fit(content, width, value),
  }));
  return {
    height: Math.max(...cells.map((cell) => cell.label.height + cell.value.height)),
    draw: (top) => {
      for (const [position, cell] of cells.entries()) {
        const left = column.left + position * (width + gutter);
        paper.write(cell.label, { left, top, width });
        paper.write(cell.value, { left, top: top + cell.label.height, width });
      }
    },
  };
}

/** Several parts as one. */
export function stack(parts: readonly Part[]): Part {
  return { height: heightOf(parts), draw: (top) => drawParts(parts, top) };
}

function present(facts: readonly (readonly [label: string, value: string | null])[]): Fact[] {
  return facts.flatMap(([label, value]) => (value === null || value === '' ? [] : [[label, value]]));
}

function scaled(sizes: Sizes, scale: number): Sizes {
  return { ...sizes, size: sizes.size * scale, smallest: sizes.smallest * scale };
}
