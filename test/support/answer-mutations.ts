import fc from 'fast-check';

/** One change of an answer's text. `at` and `other` choose where, from 0 to 1. */
type Mutation = (xml: string, at: number, other: number) => string;

interface Element {
  readonly name: string;
  /** Offsets: of the start tag, behind it, of the end tag, behind it. */
  readonly start: number;
  readonly inside: number;
  readonly insideEnd: number;
  readonly end: number;
  readonly isLeaf: boolean;
}

/** What S-360 writes has no `>` in attributes, and tags that close themselves only where nothing is inside. */
const TAG = /<(\/?)([\w:.-]+)[^<>]*?(\/?)>/g;

function elementsOf(xml: string): Element[] {
  const elements: Element[] = [];
  const open: { name: string; start: number; inside: number; isLeaf: boolean }[] = [];
  for (const match of xml.matchAll(TAG)) {
    const [tag, closes, name, closesItself] = match;
    const end = match.index + tag.length;
    if (closes === '/') {
      const element = open.pop();
      if (element === undefined) return elements;
      elements.push({ ...element, insideEnd: match.index, end });
    } else {
      const parent = open.at(-1);
      if (parent !== undefined) parent.isLeaf = false;
      if (closesItself === '/') {
        elements.push({ name: name!, start: match.index, inside: end, insideEnd: end, end, isLeaf: true });
      } else open.push({ name: name!, start: match.index, inside: end, isLeaf: true });
    }
  }
  return elements;
}

function pick<T>(list: readonly T[], at: number): T {
  return list[Math.min(list.length - 1, Math.floor(at * list.length))]!;
}

/** A mutation of one element; what has none is left alone. */
function ofElement(change: (xml: string, element: Element, other: Element) => string): Mutation {
  return (xml, at, other) => {
    const elements = elementsOf(xml);
    return elements.length === 0 ? xml : change(xml, pick(elements, at), pick(elements, other));
  };
}

/** Gives a leaf another text. */
function leafText(text: string): Mutation {
  return (xml, at) => {
    const leaves = elementsOf(xml).filter(({ isLeaf, inside, insideEnd }) => isLeaf && insideEnd > inside);
    if (leaves.length === 0) return xml;
    const { inside, insideEnd } = pick(leaves, at);
    return xml.slice(0, inside) + text + xml.slice(insideEnd);
  };
}

function renamed(name: string): Mutation {
  return ofElement((xml, { name: old, start, inside, insideEnd, end }) => {
    const tag = (text: string): string => text.replace(old, name);
    return (
      xml.slice(0, start) +
      tag(xml.slice(start, inside)) +
      xml.slice(inside, insideEnd) +
      tag(xml.slice(insideEnd, end)) +
      xml.slice(end)
    );
  });
}

function inserted(text: string): Mutation {
  return ofElement((xml, { inside }) => xml.slice(0, inside) + text + xml.slice(inside));
}

const drop: Mutation = ofElement((xml, { start, end }) => xml.slice(0, start) + xml.slice(end));
const repeat: Mutation = ofElement(
  (xml, { start, end }) => xml.slice(0, end) + xml.slice(start, end) + xml.slice(end),
);
const empty: Mutation = ofElement(
  (xml, { inside, insideEnd }) => xml.slice(0, inside) + xml.slice(insideEnd),
);
const nil: Mutation = ofElement((xml, { start, name }) => {
  const behind = start + 1 + name.length;
  return `${xml.slice(0, behind)} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"${xml.slice(behind)}`;
});
const otherNamespace: Mutation = ofElement(
  (xml, { start, name }) =>
    `${xml.slice(0, start + 1 + name.length)} xmlns="urn:else"${xml.slice(start + 1 + name.length)}`,
);
/** The content of one element in another. */
const moved: Mutation = ofElement(
  (xml, { inside, insideEnd }, other) =>
    xml.slice(0, inside) + xml.slice(other.inside, other.insideEnd) + xml.slice(insideEnd),
);
const copied: Mutation = ofElement(
  (xml, { inside }, other) => xml.slice(0, inside) + xml.slice(other.start, other.end) + xml.slice(inside),
);
const renamedAsAnother: Mutation = (xml, at, other) => {
  const elements = elementsOf(xml);
  return elements.length === 0 ? xml : renamed(pick(elements, other).name)(xml, at, other);
};

/** Texts that may stand where a number, an instant, an id or a word of S-360 is expected. */
const TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e9',
  '0x10',
  '1.5',
  'NaN',
  'Infinity',
  '2147483648',
  '-2147483649',
  '9'.repeat(15),
  '9'.repeat(19),
  '9'.repeat(40),
  '9223372036854775808',
  '-9223372036854775808',
  '999999999999999999',
  '00000000000000000001',
  'true',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '2026-02-31T00:00:00Z',
  '2026-01-12T09:00:00',
  '+275760-09-13T00:00:01Z',
  '9999-12-31T23:59:59.999+14:00',
  '0000-00-00T00:00:00Z',
  'CLOSED',
  'in_progress',
  'success',
  '&#x202e;abc',
  '&#x1F3AD;',
  'e&#x301;&#xfffd;',
  '&lt;script&gt;',
  '<![CDATA[<b>&]]>',
  '<!-- -->5',
  '5<?pi x?>',
  '٣٤',
  '１２',
  'Europe/Nowhere',
  'x'.repeat(70_000),
];

const NAMES = ['__proto__', 'constructor', 'toString', 'Fault', 'statusCode', 'x'.repeat(300), 'é'];

const PIECES = [
  '<!-- a -->',
  '<?pi x?>',
  '<![CDATA[ & < ]]>',
  '<unknown><deeper>x</deeper></unknown>',
  '&unknown;',
  '&#0;',
  '\u0001',
  '\uFFFE',
  '<',
  '&',
  ']]>',
  '<a b="1" b="2"/>',
  '<p:a/>',
  '<a>'.repeat(100),
  `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`,
];

const WHOLE: readonly Mutation[] = [
  (xml, at) => xml.slice(0, Math.floor(at * xml.length)),
  (xml, at) => xml.slice(Math.floor(at * xml.length)),
  (xml, at, other) => xml.slice(0, Math.floor(at * xml.length)) + xml.slice(Math.floor(other * xml.length)),
  (xml) => `\uFEFF${xml}`,
  (xml) => ` ${xml}`,
  (xml) => xml + xml,
  (xml) => `<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">${xml}`,
  (xml) => xml.replace(/^<\?xml[^>]*\?>/, '<!DOCTYPE x [<!ENTITY e "&#38;e2;"><!ENTITY e2 "x">]>'),
  (xml) => xml.replace('UTF-8', 'UTF-16'),
  (xml) => xml.replaceAll('http://schemas.xmlsoap.org/soap/envelope/', 'urn:soap'),
  (xml) => xml.replace(/v1_33|v2_21|v1_0/, 'v9_99'),
  (xml) => `<html><body>${xml.slice(0, 20)}</body></html>`,
];

/** Changes that an answer may have on its way, each as likely as it hurts. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(drop, repeat, empty, nil) },
  { weight: 3, arbitrary: fc.constantFrom(moved, copied, renamedAsAnother, otherNamespace) },
  { weight: 8, arbitrary: fc.constantFrom(...TEXTS).map(leafText) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map(leafText) },
  { weight: 2, arbitrary: fc.constantFrom(...NAMES).map(renamed) },
  { weight: 2, arbitrary: fc.constantFrom(...PIECES).map(inserted) },
  { weight: 2, arbitrary: fc.constantFrom(...WHOLE) },
);

/** Evenly: most doubles between 0 and 1 are next to 0, where the head of an answer is. */
const place = fc.noBias(fc.integer({ min: 0, max: 999_999 })).map((millionths) => millionths / 1_000_000);

/** What becomes of an answer after one to four changes. */
export const mutations: fc.Arbitrary<(xml: string) => string> = fc
  .array(fc.tuple(mutation, place, place), { minLength: 1, maxLength: 4 })
  .map((steps) => (xml) => steps.reduce((text, [change, at, other]) => change(text, at, other), xml));
