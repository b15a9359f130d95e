import fc from 'fast-check';
import { ORDERS } from './order-world.js';

/** Pieces that mean something to XML, to a library on the way, to whoever reads it, or that XML cannot hold. */
const PIECES = [
  '<script>alert(1)</script>',
  '</individualFirstname><role>ADMIN</role>',
  '<![CDATA[x]]>',
  ']]>',
  '&',
  '&amp;lt;',
  '&#0;',
  '&#x41;',
  '&nbsp;',
  '<!DOCTYPE x [<!ENTITY e "x">]>&e;',
  '<?pi x?>',
  '<!-- x -->',
  '"><a b="',
  `'"`,
  '$xml',
  '_xml',
  '$value',
  '$attributes',
  '$&',
  "$'$`$1$$",
  '__proto__',
  'constructor',
  '\u0000',
  '\u0001',
  '\u000B',
  '\u001B[31m',
  '\u0085',
  '\u2028',
  '\uFFFE',
  '\uFFFF',
  '\uFEFF',
  '\uD800',
  'x\uDC00',
  '\u202Etxet',
  '\u200F\u2067',
  '\u{1F3AD}',
  '\u{10FFFF}',
  'e\u0301',
  '\t',
  '\r\n',
  '\u00A0',
  '  ',
  '\u007F',
  'x'.repeat(101),
  '\u00E9'.repeat(10_000),
];

const piece = fc.constantFrom(...PIECES);
const word = fc.constantFrom('', 'Noa', 'Keller', '\u00C9cole', 'a b');

/** What a client may type where a text is wanted. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(word, piece, word).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 1, arbitrary: halfCharacters() },
);

/** Mostly `usual`, so that not every input is refused for one of its many values. */
function mostly(usual: string, other: fc.Arbitrary<string> = anyText): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(usual, ` ${usual}\u2003`) },
    { weight: 1, arbitrary: other },
  );
}

/** Any units of UTF-16, in whatever order. */
function halfCharacters(): fc.Arbitrary<string> {
  const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
  return fc.string({ unit, maxLength: 10 });
}

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> =>
  fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom(null, undefined) });
const around = (before: string, after: string): fc.Arbitrary<string> =>
  anyText.map((text) => before + text + after);

const name = maybe(mostly('Keller'));
const email = maybe(mostly('noa@example.org', fc.oneof(anyText, around('noa@', 'example.org'))));
const phone = maybe(mostly('+41 21 555 01 17', fc.oneof(anyText, around('021', '555'))));
const language = maybe(mostly('fr-CH', fc.oneof(anyText, around('fr', ''))));
const flag = maybe(fc.boolean());

const address = fc.record(
  {
    name,
    main: flag,
    billing: flag,
    shipping: flag,
    lines: fc.array(mostly('Seegasse 8'), { minLength: 1, maxLength: 4 }),
    zipCode: maybe(mostly('8001')),
    town: name,
    countryCode: maybe(mostly('CH')),
  },
  { requiredKeys: ['lines'] },
);
const criteria = fc.uniqueArray(
  fc.record({ code: mostly('INTERESTS'), values: fc.array(mostly('JAZZ'), { maxLength: 3 }) }),
  { maxLength: 3, selector: ({ code }) => code.trim() },
);

export type TypedAddress = typeof address extends fc.Arbitrary<infer T> ? T : never;
export type TypedCriteria = typeof criteria extends fc.Arbitrary<infer T> ? T : never;

let numbers = 0;
/** Another one each time, so that no request is taken for one that was made before. */
const fresh = fc.constant(null).map(() => `n${(numbers += 1)} `);

const contactId = mostly(
  `${ORDERS.code}:${ORDERS.contactNumber}`,
  fc.oneof(anyText, around(`${ORDERS.code}:${ORDERS.contactNumber}`, ''), around('', ':1')),
).map((id) => id.replace(/^ (.*)\u2003$/u, '$1'));

/** Variables of operations whose values reach S-360. */
export const typed = {
  person: fc.record({
    institution: fc.constant<string>(ORDERS.code),
    clientRequestId: fc.tuple(fresh, mostly('a')).map((parts) => parts.join('')),
    kind: fc.constant('INDIVIDUAL' as const),
    firstName: name,
    lastName: mostly('Keller'),
    email,
    phone,
    language,
    address: maybe(address),
    criteria: maybe(criteria),
  }),
  structure: fc.record({
    institution: fc.constant<string>(ORDERS.code),
    clientRequestId: fresh,
    kind: fc.constant('STRUCTURE' as const),
    structureName: mostly('\u00C9cole'),
    firstName: name,
    lastName: name,
    email,
    phone,
    language,
  }),
  change: fc.record({
    id: fc.constant(`${ORDERS.code}:${ORDERS.contactNumber}`),
    firstName: name,
    // Who has no name is found out only when his file is read.
    lastName: mostly('Keller').filter((text) => text.trim() !== ''),
    email,
    phone,
    language,
  }),
  newAddress: fc.tuple(fresh, address).map(([number, typedAddress]) => ({
    ...typedAddress,
    lines: typedAddress.lines.map((line, index) => (index === 0 ? number + line : line)),
  })),
  criteria,
  search: fc.record({
    institution: fc.constant<string>(ORDERS.code),
    number: maybe(mostly(ORDERS.contactNumber)),
    email,
    name: mostly('Example'),
  }),
  contactId,
  order: fc.record({
    clientOrderId: fc
      .tuple(
        fresh,
        mostly('a/b').map((text) => text.trim()),
      )
      .map((parts) => parts.join('k')),
    reference: maybe(mostly('a note')),
    contactId: contactId,
  }),
};
