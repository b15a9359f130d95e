import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYMBOLOGIES, type Symbology } from '../../src/domain/symbology.js';
import { BarcodeError } from '../../src/printing/barcode-error.js';
import { barcodeSvg, encodeBarcode } from '../../src/printing/barcode.js';
import { brightness, pictureOfSvg, scan } from '../support/scanner.js';

const MIXED = 'IMP-00042/aZ9+x~#^FNC1\\065%3D "q" <&> {[|]}@!;:,._';
const TWO_DIMENSIONAL = SYMBOLOGIES.filter((symbology) => symbology !== 'CODE128');
const QUIET: Readonly<Record<Symbology, { readonly x: number; readonly y: number }>> = {
  QR: { x: 4, y: 4 },
  AZTEC: { x: 2, y: 2 },
  PDF417: { x: 2, y: 2 },
  DATAMATRIX: { x: 2, y: 2 },
  CODE128: { x: 10, y: 0 },
};

describe.each(SYMBOLOGIES)('a barcode as %s', (symbology) => {
  it.each([
    ['24 digits with leading zeros', '000000640077906000010417'],
    ['one character', '7'],
    ['50 mixed characters', MIXED],
    ['spaces at both ends', '  12 34  '],
    ['what looks like an escape', '^^065^ECI000026\\x41'],
  ])('is read back from the picture: %s', async (_what, value) => {
    const picture = await pictureOfSvg(barcodeSvg(value, symbology));
    expect(await scan(picture)).toMatchObject([{ value, symbology }]);
  });

  it('is read back whatever printable value it has', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 }), async (value) => {
        const picture = await pictureOfSvg(barcodeSvg(value, symbology));
        expect(await scan(picture)).toMatchObject([{ value, symbology }]);
      }),
      { numRuns: 40 },
    );
  });

  it('has a quiet zone that is white to the last pixel, and black beside it', async () => {
    const svg = barcodeSvg('310000640077906000010417', symbology);
    const picture = await pictureOfSvg(svg);
    const scale = picture.width / encodeBarcode('310000640077906000010417', symbology).width;
    const [zoneX, zoneY] = [QUIET[symbology].x * scale, QUIET[symbology].y * scale];
    let darkest = 255;
    const edges = { left: picture.width, right: 0, top: picture.height };
    for (let y = 0; y < picture.height; y += 1) {
      for (let x = 0; x < picture.width; x += 1) {
        const value = brightness(picture, x, y);
        const isQuiet = x < zoneX || x >= picture.width - zoneX || y < zoneY || y >= picture.height - zoneY;
        if (isQuiet) darkest = Math.min(darkest, value);
        if (value < 128) {
          edges.left = Math.min(edges.left, x);
          edges.right = Math.max(edges.right, x);
          edges.top = Math.min(edges.top, y);
        }
      }
    }
    expect(darkest).toBe(255);
    expect([edges.left, picture.width - 1 - edges.right]).toEqual([zoneX, zoneX]);
    expect(edges.top).toBeGreaterThanOrEqual(zoneY);
  });

  it('does not hold its value as text', () => {
    const svg = barcodeSvg('310000640077906000010417', symbology);
    expect(svg).not.toContain('31000064');
    expect(svg).toMatch(/^<svg [^>]*width="\d+" height="\d+" viewBox="0 0 \d+ \d+"/);
    expect(svg).not.toMatch(/<(text|title|desc)/);
  });

  it('is the same picture every time', () => {
    expect(barcodeSvg(MIXED, symbology)).toBe(barcodeSvg(MIXED, symbology));
  });

  it.each([
    ['EMPTY', ''],
    ['CHARACTERS', 'half \ud83c a character'],
    ['LENGTH', '1'.repeat(513)],
  ])('refuses a value with %s', (problem, value) => {
    const error = problemOf(value, symbology);
    expect(error).toMatchObject({ symbology, problem, code: 'UPSTREAM_INVALID' });
  });
});

describe.each(TWO_DIMENSIONAL)('a barcode beyond ASCII as %s', (symbology) => {
  it.each([['é'], ['Zürich ^ Ωμέγα ☂ Москва 🎫'], ['日本語テスト'], ['テテテテテテテテ'], ['à'.repeat(100)]])(
    'reads %s back',
    async (value) => {
      const picture = await pictureOfSvg(barcodeSvg(value, symbology));
      expect(await scan(picture)).toMatchObject([{ value, symbology }]);
    },
  );

  it('reads any text back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 24 }), async (value) => {
        const picture = await pictureOfSvg(barcodeSvg(value, symbology));
        expect(await scan(picture)).toMatchObject([{ value, symbology }]);
      }),
      { numRuns: 25 },
    );
  });

  it('takes the 512 characters that S-360 may send', async () => {
    const value = 'Aa0-'.repeat(128);
    const picture = await pictureOfSvg(barcodeSvg(value, symbology));
    expect(await scan(picture)).toMatchObject([{ value, symbology }]);
  });
});

describe('what does not fit', () => {
  it.each<[Symbology, string, string]>([
    ['CODE128', 'é', 'CHARACTERS'],
    ['CODE128', 'x'.repeat(512), 'LENGTH'],
    ['PDF417', '日'.repeat(512), 'LENGTH'],
  ])('is refused as %s, and the message does not repeat the value', (symbology, value, problem) => {
    const error = problemOf(value, symbology);
    expect(error).toMatchObject({ symbology, problem });
    expect(error.message).not.toContain(value.slice(0, 1).repeat(2));
  });
});

function problemOf(value: string, symbology: Symbology): BarcodeError {
  try {
    encodeBarcode(value, symbology);
  } catch (error) {
    if (error instanceof BarcodeError) return error;
    throw error;
  }
  throw new Error(`${symbology} accepted it`);
}
