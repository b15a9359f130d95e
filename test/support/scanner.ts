import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { prepareZXingModule, readBarcodes, type ReadInputBarcodeFormat } from 'zxing-wasm/reader';
import type { Symbology } from '../../src/domain/symbology.js';

/** Pixels as a scanner sees them: four bytes each (red, green, blue, alpha), from the top left. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

export interface Scan {
  readonly value: string;
  readonly symbology: Symbology | null;
  /** In pixels, the corners of the code without its quiet zone. */
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
}

const require = createRequire(import.meta.url);
const FORMATS: ReadonlyMap<string, Symbology> = new Map<string, Symbology>([
  ['QRCode', 'QR'],
  ['Aztec', 'AZTEC'],
  ['PDF417', 'PDF417'],
  ['DataMatrix', 'DATAMATRIX'],
  ['Code128', 'CODE128'],
]);

/** Everything that an independent decoder (zxing) finds in the picture. */
export async function scan({ width, height, data }: Picture): Promise<Scan[]> {
  await loadDecoder();
  const found = await readBarcodes(
    { data, width, height, colorSpace: 'srgb' },
    {
      formats: [...FORMATS.keys()] as ReadInputBarcodeFormat[],
      maxNumberOfSymbols: 10,
      textMode: 'Plain',
      tryHarder: true,
    },
  );
  return found.map(({ text, format, position }) => {
    const corners = [position.topLeft, position.topRight, position.bottomLeft, position.bottomRight];
    return {
      value: text,
      symbology: FORMATS.get(format) ?? null,
      box: {
        left: Math.min(...corners.map(({ x }) => x)),
        right: Math.max(...corners.map(({ x }) => x)),
        top: Math.min(...corners.map(({ y }) => y)),
        bottom: Math.max(...corners.map(({ y }) => y)),
      },
    };
  });
}

/** The picture in the size that it asks for. */
export async function pictureOfSvg(svg: string): Promise<Picture> {
  const image = await loadImage(Buffer.from(svg));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { width, height, data } = context.getImageData(0, 0, image.width, image.height);
  return { width, height, data: new Uint8ClampedArray(data) };
}

/** Brightness of a pixel, 0 is black and 255 white. */
export function brightness({ width, data }: Picture, x: number, y: number): number {
  const at = (y * width + x) * 4;
  return (data[at]! + data[at + 1]! + data[at + 2]!) / 3;
}

let decoder: Promise<unknown> | null = null;

/** From the package: by itself it would be fetched from the network. */
function loadDecoder(): Promise<unknown> {
  return (decoder ??= readFile(require.resolve('zxing-wasm/reader/zxing_reader.wasm')).then((wasm) =>
    prepareZXingModule({
      overrides: {
        wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength),
      },
      fireImmediately: true,
    }),
  ));
}
