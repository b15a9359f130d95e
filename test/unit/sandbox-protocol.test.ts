import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLimits, type Turn } from '../../src/sandbox/limits.js';
import { writeJson } from '../../src/sandbox/protocol/json-writer.js';
import { PreparedPart, collectPieces } from '../../src/sandbox/protocol/prepared-part.js';
import { readXml, type XmlElement } from '../../src/sandbox/protocol/xml-reader.js';
import type { AnswerPiece } from '../../src/sandbox/protocol/writer.types.js';
import { writeXmlElement } from '../../src/sandbox/protocol/xml-writer.js';

/** Objects of texts, numbers, lists and objects, as results are made of. */
const members = fc.stringMatching(/^[a-z][A-Za-z]{0,8}$/);
const { result } = fc.letrec((tie) => ({
  scalar: fc.oneof(fc.string({ unit: 'binary' }), fc.maxSafeInteger(), fc.boolean(), fc.constant(null)),
  list: fc.array(fc.oneof(tie('scalar'), tie('result')), { maxLength: 4 }),
  result: fc.dictionary(
    members,
    fc.oneof({ maxDepth: 3 }, tie('scalar'), tie('list'), tie('result'), fc.constant(undefined)),
    {
      maxKeys: 5,
      noNullPrototype: true,
    },
  ),
}));

function joined(pieces: Iterable<AnswerPiece>): string {
  return [...pieces].filter((piece) => typeof piece === 'string').join('');
}

function xmlOf(value: unknown): string {
  return `<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${joined(writeXmlElement('x', value))}</r>`;
}

/** What the XML of a value says, for comparison: element names, texts and nils in order. */
function outline(name: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap((element: unknown) => outline(name, element));
  if (value === undefined) return [];
  if (value === null) return [[name, 'nil']];
  if (typeof value === 'object') {
    return [[name, Object.entries(value).flatMap(([member, content]) => outline(member, content))]];
  }
  const sayable = Array.from(String(value as string | number | boolean)).filter((character) => {
    const point = character.codePointAt(0) ?? 0;
    const isHalf = point >= 0xd800 && point <= 0xdfff;
    return point >= 0x20 ? !isHalf && point !== 0xfffe && point !== 0xffff : [0x9, 0xa, 0xd].includes(point);
  });
  return [[name, sayable.join('')]];
}

function outlineOf(element: XmlElement, shape: unknown): unknown {
  if (element.isNil) return [element.name, 'nil'];
  const isObject = Array.isArray(shape) && Array.isArray(shape[1]);
  const inner: unknown[] = isObject ? (shape[1] as unknown[]) : [];
  return [
    element.name,
    isObject ? element.children.map((child, index) => outlineOf(child, inner[index])) : element.text,
  ];
}

describe('the XML writer', () => {
  it('says every value so that a parser reads it back, but for what XML cannot say', () => {
    fc.assert(
      fc.property(result, (value) => {
        const expected = outline('x', value);
        const read = readXml(xmlOf(value)).children.map((child, index) => outlineOf(child, expected[index]));
        expect(read).toEqual(expected);
      }),
    );
  });

  it.each([
    ['a list as repeated elements', { a: [1, 2] }, '<x><a>1</a><a>2</a></x>'],
    ['an empty list as nothing', { a: [] }, '<x></x>'],
    ['null as nil', { a: null }, '<x><a xsi:nil="true"/></x>'],
    ['undefined as nothing', { a: undefined }, '<x></x>'],
    [
      'a map as entries',
      { posParameters: { k: 1 } },
      '<x><posParameters><entry><key>k</key><value>1</value></entry></posParameters></x>',
    ],
    ['half a character as nothing', { a: 'x\ud800y\u0000' }, '<x><a>xy</a></x>'],
  ])('writes %s', (_name, value, xml) => {
    expect(joined(writeXmlElement('x', value))).toBe(xml);
  });
});

describe('the JSON writer', () => {
  it('writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(result, (value) => {
        expect(joined(writeJson(value))).toBe(JSON.stringify(value));
      }),
    );
  });
});

describe('a prepared part', () => {
  it('is written once for each format, in pieces that others fit between', async () => {
    let written = 0;
    const many = Array.from({ length: 20_000 }, (_, index) => ({ index, text: 'x'.repeat(40) }));
    const part = new PreparedPart(function* count(format) {
      written += 1;
      yield* format === 'json' ? writeJson(many) : writeXmlElement('x', many);
    });
    const bytes = Buffer.concat(await collectPieces(writeJson({ part }), 'json')).toString();
    expect(JSON.parse(bytes)).toEqual({ part: many });
    expect(await part.pieces('json')).toBe(await part.pieces('json'));
    expect((await part.pieces('json')).length).toBeGreaterThan(20);
    expect(written).toBe(1);
    await part.pieces('xml');
    expect(written).toBe(2);
  });
});

describe('limits', () => {
  const turn: Turn = { institution: 'a', method: 'm', limit: { minutes: 10 } };

  it('never let more calls into a minute than the budget, nor fewer than they could', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 200 }), (waits) => {
        const limits = createLimits({ minuteMs: 100, callsPerMinute: 5 });
        const taken: number[] = [];
        let nowMs = 0;
        for (const wait of waits) {
          nowMs += wait;
          const inLastMinute = taken.filter((at) => at > nowMs - 100).length;
          const isTaken = limits.takeCall('a', nowMs);
          expect(isTaken).toBe(inLastMinute < 5);
          if (isTaken) taken.push(nowMs);
        }
      }),
    );
  });

  it('give a turn at the end of its window and not a millisecond before', () => {
    const limits = createLimits({ minuteMs: 100 });
    limits.takeTurn(turn, 5_000);
    expect(limits.isTurnFree(turn, 5_999)).toBe(false);
    expect(limits.isTurnFree({ ...turn, institution: 'b' }, 5_000)).toBe(true);
    expect(limits.isTurnFree({ ...turn, part: '7' }, 5_000)).toBe(true);
    expect(limits.isTurnFree(turn, 6_000)).toBe(true);
  });
});
