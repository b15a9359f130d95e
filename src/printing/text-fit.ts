/** How a text may be set: it is given the largest size at which it has few lines, and the smallest if there is none. */
export interface TextRoom {
  readonly width: number;
  readonly size: number;
  readonly smallest: number;
  /** Preferred at most; at the smallest size `mostLines`, and the rest is cut with an ellipsis. */
  readonly lines: number;
  readonly mostLines: number;
}

export interface FittedText {
  readonly size: number;
  readonly lines: readonly string[];
}

/** Width of a text at size 1. */
export type Measure = (text: string) => number;

/** Half points: between two of them nobody sees a difference. */
const STEP = 0.5;

/** Words stay whole where they can; no line is wider than the room, whatever the text. */
export function fitText(text: string, room: TextRoom, measure: Measure): FittedText {
  for (let size = room.size; size > room.smallest; size -= STEP) {
    const lines = wrapText(text, room.width / size, measure);
    if (lines.length <= room.lines) return { size, lines };
  }
  const size = Math.min(room.smallest, room.size);
  const lines = wrapText(text, room.width / size, measure);
  return { size, lines: cutLines(lines, room.mostLines, room.width / size, measure) };
}

export function wrapText(text: string, width: number, measure: Measure): string[] {
  const space = measure(' ');
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const wordWidth = measure(word);
    if (line !== '' && used + space + wordWidth <= width) {
      line += ` ${word}`;
      used += space + wordWidth;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = wordWidth <= width ? [word] : breakWord(word, width, measure);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
    used = pieces.length === 1 ? wordWidth : measure(line);
  }
  if (line !== '') lines.push(line);
  return lines;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** In pieces that are as long as the line allows, at least one character each. */
export function breakWord(word: string, width: number, measure: Measure): string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const { segment } of graphemes.segment(word)) {
    const segmentWidth = measure(segment);
    if (piece !== '' && used + segmentWidth > width) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += segment;
    used += segmentWidth;
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}

function cutLines(
  lines: readonly string[],
  most: number,
  width: number,
  measure: Measure,
): readonly string[] {
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  const [last = ''] = breakWord(kept.at(-1) ?? '', width - measure('…'), measure);
  return [...kept.slice(0, -1), `${last}…`];
}
