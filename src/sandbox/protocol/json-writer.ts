import { PIECE_LENGTH, isKept, type AnswerPiece, type ScalarFilter } from './writer.types.js';

interface Output {
  text: string;
}

/** A value as JSON in pieces; undefined members are left out. */
export function* writeJson(value: unknown, filter?: ScalarFilter): Generator<AnswerPiece> {
  const out: Output = { text: '' };
  yield* writeValue(out, '', value, filter);
  if (out.text !== '') yield out.text;
}

function* writeValue(
  out: Output,
  member: string,
  value: unknown,
  filter: ScalarFilter | undefined,
): Generator<AnswerPiece> {
  if (typeof value !== 'object' || value === null) {
    out.text += writeScalar(member, value, filter);
  } else if (isKept(value)) {
    yield out.text;
    out.text = '';
    yield value;
  } else if (Array.isArray(value)) {
    out.text += '[';
    for (const [index, element] of value.entries()) {
      if (index > 0) out.text += ',';
      yield* writeValue(out, member, element, filter);
    }
    out.text += ']';
  } else {
    let separator = '{';
    for (const [name, content] of Object.entries(value)) {
      if (content === undefined) continue;
      out.text += `${separator}${JSON.stringify(name)}:`;
      separator = ',';
      if (typeof content === 'object') yield* writeValue(out, name, content, filter);
      else out.text += writeScalar(name, content, filter);
    }
    out.text += separator === '{' ? '{}' : '}';
  }
  if (out.text.length >= PIECE_LENGTH) {
    yield out.text;
    out.text = '';
  }
}

function writeScalar(member: string, value: unknown, filter: ScalarFilter | undefined): string {
  const written =
    filter && value !== null && value !== undefined
      ? filter(member, value as string | number | boolean)
      : value;
  return JSON.stringify(written ?? null);
}
