import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Picture } from './scanner.js';

/** A page as a printer sees it, and the words on it. */
export interface PdfPage extends Picture {
  /** In millimetres. */
  readonly size: { readonly width: number; readonly height: number };
  /** Runs of text in the order they were drawn, with their place in pixels. */
  readonly runs: readonly PdfRun[];
  /** All of the text, runs joined by single spaces. */
  readonly text: string;
  png(): Buffer;
}

export interface PdfRun {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  /** Of the line's base. */
  readonly base: number;
  readonly size: number;
}

const require = createRequire(import.meta.url);
const POINTS_PER_INCH = 72;
const MM_PER_INCH = 25.4;

/** Every page, drawn by an independent viewer (pdf.js) at `dpi` dots an inch. */
export async function pagesOf(pdf: Buffer, dpi: number): Promise<PdfPage[]> {
  const document = await openPdf(pdf);
  try {
    const pages: PdfPage[] = [];
    for (let number = 1; number <= document.numPages; number += 1) {
      pages.push(await drawPage(document, number, dpi));
    }
    return pages;
  } finally {
    await document.destroy();
  }
}

export async function metadataOf(pdf: Buffer): Promise<Record<string, unknown>> {
  const document = await openPdf(pdf);
  try {
    const { info } = await document.getMetadata();
    return Object.fromEntries(Object.entries(info));
  } finally {
    await document.destroy();
  }
}

function openPdf(pdf: Buffer): Promise<PDFDocumentProxy> {
  return getDocument({
    data: new Uint8Array(pdf),
    standardFontDataUrl: `${join(dirname(require.resolve('pdfjs-dist/package.json')), 'standard_fonts')}/`,
    verbosity: 0,
  }).promise;
}

async function drawPage(document: PDFDocumentProxy, number: number, dpi: number): Promise<PdfPage> {
  const page = await document.getPage(number);
  const scale = dpi / POINTS_PER_INCH;
  const viewport = page.getViewport({ scale });
  const canvas = createCanvas(Math.round(viewport.width), Math.round(viewport.height));
  const context = canvas.getContext('2d');
  await page.render({
    canvas: null,
    // The canvas of Node has what pdf.js uses of a browser's.
    canvasContext: context as never,
    viewport,
  }).promise;
  const { width, height, data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const { items } = await page.getTextContent();
  const runs = items.flatMap((item) => {
    if (!('str' in item) || item.str.trim() === '') return [];
    const [, , , size, x, y] = item.transform as number[] as [number, number, number, number, number, number];
    const left = x * scale;
    return [
      {
        text: item.str.replaceAll('\u00a0', ' '),
        left,
        right: left + item.width * scale,
        base: viewport.height - y * scale,
        size: size * scale,
      },
    ];
  });
  return {
    width,
    height,
    data: new Uint8ClampedArray(data),
    size: { width: (viewport.width / dpi) * MM_PER_INCH, height: (viewport.height / dpi) * MM_PER_INCH },
    runs,
    text: runs.map(({ text }) => text).join(' '),
    png: () => canvas.toBuffer('image/png'),
  };
}
