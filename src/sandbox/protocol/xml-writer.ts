import { PIECE_LENGTH, isKept, type AnswerPiece, type ScalarFilter } from './writer.types.js';

/** Members that S-360 calls maps: written as `<entry><key/><value/></entry>`. */
const MAP_MEMBERS: ReadonlySet<string> = new Set(['posParameters', 'pspParameters', 'identifierContactMap']);

interface Output {
  text: string;
}

/** One element with everything in it: lists repeat it, null is `xsi:nil` (prefix declared by the envelope), undefined is nothing. */
export function* writeXmlElement(
  name: string,
  value: unknown,
  filter?: ScalarFilter,
): Generator<AnswerPiece> {
  const out: Output = { text: '' };
  yield* writeMember(out, name, value, filter);
  if (out.text !== '') yield out.text;
}

/** The members of an object, without an element around them. */
export function* writeXmlMembers(value: unknown, filter?: ScalarFilter): Generator<AnswerPiece> {
  const out: Output = { text: '' };
  yield* writeMembers(out, value as object, filter);
  if (out.text !== '') yield out.text;
}

function* writeMember(
  out: Output,
  name: string,
  value: unknown,
  filter: ScalarFilter | undefined,
): Generator<AnswerPiece> {
  if (Array.isArray(value)) {
    for (const element of value) yield* writeMember(out, name, element, filter);
  } else if (value === null) {
    out.text += `<${name} xsi:nil="true"/>`;
  } else if (typeof value === 'object') {
    out.text += `<${name}>`;
    if (isKept(value)) {
      yield out.text;
      out.text = '';
      yield value;
    } else if (MAP_MEMBERS.has(name)) writeEntries(out, value);
    else yield* writeMembers(out, value, filter);
    out.text += `</${name}>`;
  } else if (value !== undefined) {
    out.text += writeScalar(name, value as string | number | boolean, filter);
  }
  if (out.text.length >= PIECE_LENGTH) {
    yield out.text;
    out.text = '';
  }
}

function* writeMembers(out: Output, value: object, filter: ScalarFilter | undefined): Generator<AnswerPiece> {
  for (const [member, content] of Object.entries(value)) {
    // Scalars are most of a catalog, and a generator for each of them would be most of the time.
    if (typeof content === 'object') yield* writeMember(out, member, content, filter);
    else if (content !== undefined) out.text += writeScalar(member, content, filter);
  }
}

function writeScalar(
  name: string,
  value: string | number | boolean,
  filter: ScalarFilter | undefined,
): string {
  const written = filter ? filter(name, value) : value;
  return `<${name}>${typeof written === 'string' ? escapeXml(written) : String(written)}</${name}>`;
}

function writeEntries(out: Output, map: object): void {
  for (const [key, value] of Object.entries(map)) {
    out.text += `<entry><key>${escapeXml(key)}</key><value>${escapeXml(String(value))}</value></entry>`;
  }
}

const SPECIAL = /[&<>"\r]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};
/** What XML 1.0 cannot say at all, not even as a reference; half characters are among it. */
const UNSAYABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** Text for an element or an attribute. Characters that XML cannot say are left out. */
export function escapeXml(text: string): string {
  return text.replace(UNSAYABLE, '').replace(SPECIAL, (found) => ESCAPES[found]!);
}
