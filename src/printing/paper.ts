import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import type { BarcodeModules } from './barcode.js';
import { printableText } from './printable-text.js';
import type { PlacedCode } from './code-placement.js';
import { fitText, wrapText, type FittedText, type Measure, type TextRoom } from './text-fit.js';

export type Face = 'regular' | 'strong';

/** All lengths are PDF points (1/72 inch), from the top left of the page. */
export interface TextStyle extends Omit<TextRoom, 'width'> {
  readonly face: Face;
  readonly color: string;
}

export interface SetText extends FittedText {
  readonly height: number;
  readonly face: Face;
  readonly color: string;
}

export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly align?: 'left' | 'center' | 'right';
}

/** Of the size: line to line, and from the top of a line to its base. */
const LINE = 1.3;
const BASE = 1.02;

const FONTS: Readonly<Record<Face, string>> = {
  regular: 'NotoSans-Regular.ttf',
  strong: 'NotoSans-SemiBold.ttf',
};

/**
 * A PDF in the making, with the fonts of this house: Noto Sans, embedded, for Latin, Greek and Cyrillic. The same
 * strokes give the same bytes: it holds no time but the one given, no random id and nothing about a person.
 */
export class Paper {
  readonly #pdf: PDFKit.PDFDocument;
  readonly #bytes: Promise<Buffer>;
  readonly #widths: Readonly<Record<Face, Map<string, number>>> = { regular: new Map(), strong: new Map() };
  readonly #coverage: Readonly<Record<Face, (codePoint: number) => boolean>>;

  static async open(facts: {
    readonly title: string;
    readonly language: string;
    readonly createdAt: number;
  }): Promise<Paper> {
    const pdf = new PDFDocument({
      autoFirstPage: false,
      margin: 0,
      lang: facts.language,
      displayTitle: true,
      info: { Title: facts.title, Creator: 'Foyer', CreationDate: new Date(facts.createdAt) },
    });
    const require = createRequire(import.meta.url);
    for (const [face, file] of Object.entries(FONTS)) {
      pdf.registerFont(face, await readFile(require.resolve(`notosans-fontface/fonts/${file}`)));
    }
    return new Paper(pdf);
  }

  private constructor(pdf: PDFKit.PDFDocument) {
    this.#pdf = pdf;
    this.#bytes = collect(pdf);
    this.#coverage = { regular: coverageOf(pdf, 'regular'), strong: coverageOf(pdf, 'strong') };
  }

  addPage(width: number, height: number): void {
    this.#pdf.addPage({ size: [width, height], margin: 0 });
  }

  /** In the largest size that fits, with what the font lacks replaced visibly. */
  fit(text: string, width: number, style: TextStyle): SetText {
    const { face, color } = style;
    const fitted = fitText(this.#clean(text, face), { ...style, width }, this.#measure(face));
    return { ...fitted, face, color, height: fitted.lines.length * fitted.size * LINE };
  }

  /** Every character in its place, spaces too, broken wherever the line ends. */
  fitCharacters(text: string, width: number, style: TextStyle): SetText {
    const { face, color, smallest: size, mostLines } = style;
    const measure = this.#measure(face);
    // A space of fixed width keeps its place at the end of a line and beside another one.
    const clean = this.#clean(text, face, 'every space').replaceAll(' ', '\u00a0');
    const lines = wrapText(clean, width / size, measure);
    const kept = lines.length > mostLines ? [...lines.slice(0, mostLines - 1), '…'] : lines;
    return { size, lines: kept, face, color, height: kept.length * size * LINE };
  }

  write(text: SetText, { left, top, width, align = 'left' }: Place): void {
    const { face, size, color } = text;
    for (const [index, line] of text.lines.entries()) {
      const spare = width - this.#measure(face)(line) * size;
      const shift = align === 'left' ? 0 : align === 'right' ? spare : spare / 2;
      // Measuring has changed the font.
      this.#pdf.font(face).fontSize(size).fillColor(color);
      this.#pdf.text(line, left + Math.max(shift, 0), top + index * size * LINE + size * BASE, {
        lineBreak: false,
        baseline: 'alphabetic',
      });
    }
  }

  rule(from: readonly [x: number, y: number], to: readonly [x: number, y: number], pen: Pen): void {
    this.#pdf.save().lineWidth(pen.width).strokeColor(pen.color);
    if (pen.isDashed === true) this.#pdf.dash(3, { space: 3 });
    this.#pdf
      .moveTo(...from)
      .lineTo(...to)
      .stroke()
      .restore();
  }

  paint(place: { left: number; top: number; width: number; height: number }, color: string): void {
    this.#pdf.rect(place.left, place.top, place.width, place.height).fill(color);
  }

  /** As one shape, so that no viewer shows seams between its bars. */
  draw(code: BarcodeModules, { moduleWidth, moduleHeight, isTurned }: PlacedCode, at: Place): void {
    const { left, top } = at;
    const [width, height] = [code.width * moduleWidth, code.height * moduleHeight];
    this.paint({ left, top, width: isTurned ? height : width, height: isTurned ? width : height }, '#fff');
    for (const bar of code.bars) {
      const [x, y] = [bar.x * moduleWidth, bar.y * moduleHeight];
      const [w, h] = [bar.width * moduleWidth, bar.height * moduleHeight];
      if (isTurned) this.#pdf.rect(left + y, top + x, h, w);
      else this.#pdf.rect(left + x, top + y, w, h);
    }
    this.#pdf.fill('#000');
  }

  async end(): Promise<Buffer> {
    this.#pdf.end();
    return this.#bytes;
  }

  #clean(text: string, face: Face, spaces: 'single spaces' | 'every space' = 'single spaces'): string {
    return printableText(text, { has: this.#coverage[face], keepsSpaces: spaces === 'every space' });
  }

  /** Widths grow with the size, so each word is measured once. */
  #measure(face: Face): Measure {
    const known = this.#widths[face];
    return (text) => {
      let width = known.get(text);
      if (width === undefined) {
        width = this.#pdf.font(face).fontSize(100).widthOfString(text) / 100;
        known.set(text, width);
      }
      return width;
    };
  }
}

export interface Pen {
  readonly width: number;
  readonly color: string;
  readonly isDashed?: boolean;
}

function collect(pdf: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    pdf.on('data', (piece: Buffer) => pieces.push(piece));
    pdf.on('end', () => resolve(Buffer.concat(pieces)));
    pdf.on('error', reject);
  });
}

/** pdfkit keeps the font it has chosen in `_font`, and says in no other way which characters a font has. */
function coverageOf(pdf: PDFKit.PDFDocument, face: Face): (codePoint: number) => boolean {
  const { _font: chosen } = pdf.font(face) as unknown as {
    readonly _font: { readonly font: { hasGlyphForCodePoint(codePoint: number): boolean } };
  };
  return (codePoint) => chosen.font.hasGlyphForCodePoint(codePoint);
}
