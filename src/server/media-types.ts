/** What an answer of GraphQL over HTTP can be. */
export type AnswerType = (typeof ANSWER_TYPES)[number];

/** The older one first: who takes either alike, or says nothing, gets `application/json`. */
const ANSWER_TYPES = ['application/json', 'application/graphql-response+json'] as const;

/**
 * The type that a caller with this `Accept` wants most, null when it takes none of ours. Of two that it wants as much
 * the one it names goes before the one it only allows (`application/…`, anything), then the one it names first (RFC 9110, 12.5.1).
 */
export function answerTypeOf(accept: string | undefined): AnswerType | null {
  if (accept === undefined || accept.trim() === '') return ANSWER_TYPES[0];
  const ranges = accept.split(',').map(readRange);
  let best: Wish | null = null;
  for (const type of ANSWER_TYPES) {
    const wish = wishFor(type, ranges);
    if (wish !== null && (best === null || isStronger(wish, best))) best = wish;
  }
  return best?.type ?? null;
}

interface MediaRange {
  readonly name: string;
  readonly quality: number;
}

interface Wish {
  readonly type: AnswerType;
  readonly quality: number;
  readonly precision: number;
  readonly position: number;
}

function readRange(text: string): MediaRange {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const value = quality === undefined ? 1 : Number(quality.slice(2));
  return { name, quality: value >= 0 && value <= 1 ? value : 0 };
}

/** The most precise range that fits says how much a type is wanted. */
function wishFor(type: AnswerType, ranges: readonly MediaRange[]): Wish | null {
  for (const [index, name] of [type, 'application/*', '*/*'].entries()) {
    const position = ranges.findIndex((range) => range.name === name);
    if (position === -1) continue;
    const { quality } = ranges[position]!;
    return quality === 0 ? null : { type, quality, precision: -index, position };
  }
  return null;
}

function isStronger(one: Wish, other: Wish): boolean {
  if (one.quality !== other.quality) return one.quality > other.quality;
  if (one.precision !== other.precision) return one.precision > other.precision;
  return one.position < other.position;
}
