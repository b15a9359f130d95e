import bwip from 'bwip-js/node';
import type { Symbology } from '../domain/symbology.js';
import { BarcodeError } from './barcode-error.js';

/** A drawn barcode, measured in modules (the width of its narrowest bar), quiet zone included. */
export interface BarcodeModules {
  readonly symbology: Symbology;
  readonly width: number;
  readonly height: number;
  /** What is black, without overlaps; all the rest must be white. */
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** S-360 has no longer ones: its widest column for barcodes. */
export const MAX_BARCODE_LENGTH = 512;

/**
 * The value as it is: nothing trimmed, no escape interpreted. ASCII is written plainly; anything else as UTF-8 that is
 * marked as such (ECI 26), except in CODE128, which has no such mark. Throws BarcodeError when the value is empty,
 * longer than 512 characters, has characters the symbology lacks or does not fit it.
 */
export function encodeBarcode(value: string, symbology: Symbology): BarcodeModules {
  const { quiet, lineHeight } = SHAPES[symbology];
  checkValue(value, symbology);
  const lines = draw(value, symbology);
  const width = lines[0]!.length;
  const lineModules = typeof lineHeight === 'number' ? lineHeight : lineHeight(width);
  return {
    symbology,
    width: width + 2 * quiet.x,
    height: lines.length * lineModules + 2 * quiet.y,
    bars: barsOf(lines, lineModules).map((bar) => ({ ...bar, x: bar.x + quiet.x, y: bar.y + quiet.y })),
  };
}

/**
 * A picture that stands alone: black on white, quiet zone included, `width` and `height` in whole pixels for each
 * module. The value is not in it as text. Throws BarcodeError.
 */
export function barcodeSvg(value: string, symbology: Symbology): string {
  const { width, height, bars } = encodeBarcode(value, symbology);
  const scale = symbology === 'CODE128' || symbology === 'PDF417' ? 2 : 4;
  const path = bars.map((bar) => `M${bar.x} ${bar.y}h${bar.width}v${bar.height}h${-bar.width}z`).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width * scale}" height="${height * scale}" ` +
    `viewBox="0 0 ${width} ${height}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${width}v${height}h${-width}z"/><path fill="#000" d="${path}"/></svg>`
  );
}

interface Shape {
  /** Modules of white on the left and right, and above and below. */
  readonly quiet: { readonly x: number; readonly y: number };
  /** Modules in the height of a line; of a linear code it goes with the width. */
  readonly lineHeight: number | ((width: number) => number);
}

/**
 * Quiet zones: ISO/IEC 18004 (QR) 4 modules, 15438 (PDF417) 2, 16022 (Data Matrix) 1, 15417 (Code 128) 10 beside it,
 * 24778 (Aztec) none. Where the standard asks for less than 2 it is 2: phones read it sooner.
 */
const SHAPES: Readonly<Record<Symbology, Shape>> = {
  QR: { quiet: { x: 4, y: 4 }, lineHeight: 1 },
  AZTEC: { quiet: { x: 2, y: 2 }, lineHeight: 1 },
  PDF417: { quiet: { x: 2, y: 2 }, lineHeight: 3 },
  DATAMATRIX: { quiet: { x: 2, y: 2 }, lineHeight: 1 },
  // The standard asks for a height of at least 15% of the width.
  CODE128: { quiet: { x: 10, y: 2 }, lineHeight: (width) => Math.max(40, Math.ceil(width * 0.16)) },
};

function checkValue(value: string, symbology: Symbology): void {
  if (value === '') throw new BarcodeError(symbology, 'EMPTY', 'it is empty');
  if (value.length > MAX_BARCODE_LENGTH) {
    throw new BarcodeError(symbology, 'LENGTH', `it has more than ${MAX_BARCODE_LENGTH} characters`);
  }
  if (/\p{Surrogate}/u.test(value)) {
    throw new BarcodeError(symbology, 'CHARACTERS', 'it holds half a character');
  }
  if (symbology === 'CODE128' && !isAscii(value)) {
    throw new BarcodeError(symbology, 'CHARACTERS', 'only ASCII can be read back from it');
  }
}

/** Lines of modules from top to bottom, true is black. */
function draw(value: string, symbology: Symbology): boolean[][] {
  const { bcid, options } = LIBRARY[symbology](value);
  const text = isAscii(value)
    ? { text: value, parsefnc: false }
    : { text: `^ECI000026${value.replaceAll('^', '^^')}`, parsefnc: true };
  const [drawing] = drawOrExplain(symbology, () => bwip.raw({ bcid, ...text, parse: false, ...options }));
  if (drawing === undefined) throw new Error(`bwip-js drew nothing for ${symbology}`);
  if ('sbs' in drawing) return [linear(drawing.sbs)];
  const { pixs, pixx } = drawing;
  return Array.from({ length: pixs.length / pixx }, (_, line) =>
    pixs.slice(line * pixx, (line + 1) * pixx).map((pixel) => pixel === 1),
  );
}

type LibraryCall = (value: string) => {
  readonly bcid: string;
  readonly options: Readonly<Record<string, unknown>>;
};

const LIBRARY: Readonly<Record<Symbology, LibraryCall>> = {
  QR: () => ({ bcid: 'qrcode', options: { eclevel: 'M' } }),
  AZTEC: () => ({ bcid: 'azteccode', options: {} }),
  PDF417: (value) => ({ bcid: 'pdf417', options: { columns: columnsFor(Buffer.byteLength(value)) } }),
  DATAMATRIX: () => ({ bcid: 'datamatrix', options: {} }),
  CODE128: () => ({ bcid: 'code128', options: {} }),
};

/** Wide enough for at most 90 rows, narrow enough for a roll of 72 mm. */
function columnsFor(bytes: number): number {
  if (bytes <= 30) return 2;
  if (bytes <= 60) return 4;
  if (bytes <= 150) return 6;
  return bytes <= 600 ? 8 : 12;
}

function drawOrExplain<T>(symbology: Symbology, drawValue: () => T): T {
  try {
    return drawValue();
  } catch (error) {
    // The library names its errors in the message (`bwipp.qrcodeNoValidSymbol#…`) and has no others for our values;
    // its words may quote the value, so they are not handed on.
    if (error instanceof Error && error.message.startsWith('bwipp.')) {
      throw new BarcodeError(symbology, 'LENGTH', 'it does not fit');
    }
    throw error;
  }
}

/** Widths of bars and spaces in turn, beginning with a bar. */
function linear(widths: readonly number[]): boolean[] {
  return widths.flatMap((width, index) => Array.from({ length: width }, () => index % 2 === 0));
}

function barsOf(lines: readonly (readonly boolean[])[], lineModules: number): Bar[] {
  return lines.flatMap((line, index) =>
    runsOf(line).map(({ from, to }) => ({
      x: from,
      y: index * lineModules,
      width: to - from,
      height: lineModules,
    })),
  );
}

function runsOf(line: readonly boolean[]): { readonly from: number; readonly to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const [x, isBlack] of line.entries()) {
    if (!isBlack) continue;
    const last = runs.at(-1);
    if (last?.to === x) last.to = x + 1;
    else runs.push({ from: x, to: x + 1 });
  }
  return runs;
}

function isAscii(value: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are part of ASCII
  return /^[\u0000-\u007f]*$/.test(value);
}
