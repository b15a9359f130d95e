import { describe, expect, it } from 'vitest';
import {
  AnswerDecoder,
  MalformedAnswerError,
  SoapFaultAnswer,
  type ItemTap,
  type WireObject,
} from '../../src/datasources/s360/answer-decoder.js';
import { compileShape } from '../../src/datasources/s360/answer-shape.js';
import { envelope, fault, SOAP } from '../support/raw-s360.js';

const NAMESPACE = 'http://v1_33.ShopService.service.example';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

const SHAPE = compileShape({
  targetNSAlias: 'tns',
  targetNamespace: NAMESPACE,
  statusCode: 'xs:string',
  note: 'xs:string',
  total: 'xs:long',
  open: 'xs:boolean',
  'tagIds[]': 'xs:long',
  data: {
    name: { 'translations[]': { locale: 'xs:string', value: 'xs:string' } },
    'shelves[]': { id: 'xs:long', 'books[]': { id: 'xs:long', title: 'xs:string' } },
  },
});

interface Decoding {
  readonly onUnknownMember?: (path: string) => void;
  readonly tap?: ItemTap;
}

function decoder(options: Decoding = {}): AnswerDecoder {
  return new AnswerDecoder({
    namespace: NAMESPACE,
    responseElement: 'getShopResponse',
    resultElement: 'ShopResult',
    resultShape: SHAPE,
    ...options,
  });
}

function decode(xml: string, options?: Decoding): WireObject {
  const reading = decoder(options);
  reading.write(xml);
  return reading.end();
}

/** The content of a result class, in its answer. */
function shop(content: string): string {
  return envelope(
    `<n:getShopResponse xmlns:n="${NAMESPACE}" xmlns:xsi="${XSI}"><ShopResult>${content}</ShopResult></n:getShopResponse>`,
  );
}

describe('the members of an answer', () => {
  it.each<[string, string, string, unknown]>([
    ['a text keeps its blanks', '<note>  two words </note>', 'note', '  two words '],
    ['an empty text is an empty text', '<note/>', 'note', ''],
    [
      'a text of CDATA and entities is one',
      '<note>a<![CDATA[<&>]]>&amp;&#233;&lt;</note>',
      'note',
      'a<&>&é<',
    ],
    ['a comment does not cut a text', '<note>ab<!-- c -->de</note>', 'note', 'abde'],
    ['an id of 19 digits is exact', '<total>9223372036854775807</total>', 'total', '9223372036854775807'],
    ['blanks around a number are not part of it', '<total>\n 5\t</total>', 'total', '5'],
    ['an empty number is absent', '<total> </total>', 'total', undefined],
    ['true is true', '<open>true</open>', 'open', true],
    ['1 is true', '<open> 1 </open>', 'open', true],
    ['false is false', '<open>false</open>', 'open', false],
    ['0 is false', '<open>0</open>', 'open', false],
    ['an empty boolean is absent', '<open/>', 'open', undefined],
    ['an absent member is absent', '', 'note', undefined],
    ['a nil member is absent', '<note xsi:nil="true"/>', 'note', undefined],
    ['a nil member with 1 is absent', '<note xsi:nil="1">x</note>', 'note', undefined],
    ['a member that is not nil stays', '<note xsi:nil="false">x</note>', 'note', 'x'],
    ['another nil means nothing', '<note nil="true">x</note>', 'note', 'x'],
    ['no entry is an empty list', '', 'tagIds', []],
    ['one entry is a list', '<tagIds>5</tagIds>', 'tagIds', ['5']],
    ['a nil entry is none', '<tagIds xsi:nil="true"/><tagIds>6</tagIds>', 'tagIds', ['6']],
    ['a list may be interrupted', '<tagIds>5</tagIds><note/><tagIds>6</tagIds>', 'tagIds', ['5', '6']],
    ['a member in the namespace of the service counts', '<n:note>x</n:note>', 'note', 'x'],
  ])('%s', (_, content, member, expected) => {
    expect(decode(shop(content))[member]).toEqual(expected);
  });

  it('are lists at every level, whether there is something in them or not', () => {
    const result = decode(
      shop('<data><shelves><id>1</id></shelves><shelves><books><id>7</id></books></shelves></data>'),
    );
    expect(result['data']).toEqual({
      shelves: [{ id: '1', books: [] }, { books: [{ id: '7' }] }],
    });
  });

  it('that are not in the description are left out and told of', () => {
    const unknown: string[] = [];
    const result = decode(
      shop('<news><note>inside</note></news><data><shelves><color>red</color></shelves></data>'),
      { onUnknownMember: (path) => unknown.push(path) },
    );
    expect(unknown).toEqual(['news', 'data.shelves.color']);
    expect(JSON.stringify(result)).not.toMatch(/inside|red/);
  });

  it('of another namespace are unknown', () => {
    const unknown: string[] = [];
    const result = decode(shop('<x:note xmlns:x="urn:else">a</x:note>'), {
      onUnknownMember: (path) => unknown.push(path),
    });
    expect(unknown).toEqual(['note']);
    expect(result['note']).toBeUndefined();
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('called %s do no harm', (name) => {
    const unknown: string[] = [];
    const result = decode(
      shop(`<${name}><polluted>yes</polluted></${name}><data><${name}>x</${name}></data><note>n</note>`),
      { onUnknownMember: (path) => unknown.push(path) },
    );
    expect(unknown).toEqual([name, `data.${name}`]);
    expect(result['note']).toBe('n');
    expect(Object.getPrototypeOf(result)).toBeNull();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('an answer', () => {
  const content = '<statusCode>success</statusCode><data><shelves><id>3</id></shelves></data>';
  const expected = { statusCode: 'success', tagIds: [], data: { shelves: [{ id: '3', books: [] }] } };

  it.each([
    ['with S-360 prefixes', shop(content)],
    [
      'without any prefix',
      `<Envelope xmlns="${SOAP}"><Body><getShopResponse xmlns="${NAMESPACE}"><ShopResult xmlns="">${content}</ShopResult></getShopResponse></Body></Envelope>`,
    ],
    [
      'qualified all through',
      `<e:Envelope xmlns:e="${SOAP}"><e:Body><getShopResponse xmlns="${NAMESPACE}"><ShopResult>${content}</ShopResult></getShopResponse></e:Body></e:Envelope>`,
    ],
    [
      'with a header, processing instructions and comments',
      `\uFEFF<?xml version="1.0"?><!-- a --><S:Envelope xmlns:S="${SOAP}"><S:Header><x><ShopResult><note>no</note></ShopResult></x></S:Header><?pi x?><S:Body>` +
        `<n:getShopResponse xmlns:n="${NAMESPACE}">\n <ShopResult>${content}</ShopResult>\n</n:getShopResponse></S:Body></S:Envelope>`,
    ],
    [
      'with a result class of another name in its place',
      envelope(`<n:getShopResponse xmlns:n="${NAMESPACE}"><return>${content}</return></n:getShopResponse>`),
    ],
  ])('%s is the same', (_, xml) => {
    expect(decode(xml)).toEqual(expected);
  });

  it('is the same wherever its text is cut', () => {
    const xml = shop(`${content}<note>a &amp; b <![CDATA[ c ]]> é 🎭</note>`);
    const whole = decode(xml);
    expect(whole['note']).toBe('a & b  c  é 🎭');
    for (let cut = 1; cut < xml.length; cut += 1) {
      const reading = decoder();
      reading.write(xml.slice(0, cut));
      reading.write(xml.slice(cut));
      expect(reading.end(), `cut at ${cut}`).toEqual(whole);
    }
  });

  it('prefers the result class that has the promised name', () => {
    const unknown: string[] = [];
    const xml = envelope(
      `<n:getShopResponse xmlns:n="${NAMESPACE}"><extra><note>no</note></extra><ShopResult><note>yes</note></ShopResult></n:getShopResponse>`,
    );
    expect(decode(xml, { onUnknownMember: (path) => unknown.push(path) })['note']).toBe('yes');
    expect(unknown).toEqual(['extra']);
  });
});

describe('a tap', () => {
  it('hands elements over as they are complete, and nothing of them stays', () => {
    const seen: [WireObject, string | undefined][] = [];
    const reading = decoder({
      tap: {
        path: 'data.shelves.books',
        onItem: (book, shelf) => seen.push([book, shelf['id'] as string | undefined]),
      },
    });
    const [head, tail] = shop(
      '<data><shelves><id>1</id><books><title>A</title></books><books><title>B</title></books>#</shelves>' +
        '<shelves><books><title>C</title></books><id>2</id></shelves></data>',
    ).split('#') as [string, string];
    reading.write(head);
    expect(seen).toEqual([
      [{ title: 'A' }, '1'],
      [{ title: 'B' }, '1'],
    ]);
    reading.write(tail);
    expect(reading.end()['data']).toEqual({
      shelves: [
        { id: '1', books: [] },
        { id: '2', books: [] },
      ],
    });
    expect(seen.at(-1)).toEqual([{ title: 'C' }, undefined]);
  });
});

describe('a refused answer', () => {
  const deep = `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`;
  const laughs = `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>${shop('<note>&b;</note>')}`;
  it.each<[string, string, RegExp]>([
    ['a document type', `<!DOCTYPE html>${shop('')}`, /document type/],
    ['a billion laughs', laughs, /document type/],
    ['an external entity', `<!DOCTYPE x SYSTEM "file:///etc/passwd">${shop('')}`, /document type/],
    ['an entity of nobody', shop('<note>&secret;</note>'), /not well-formed/],
    ['10,000 levels', shop(deep), /more than 64 levels/],
    ['10,000 levels in a header', `<S:Envelope xmlns:S="${SOAP}"><S:Header>${deep}`, /more than 64 levels/],
    ['10,000 levels in a fault', envelope(`<S:Fault>${deep}</S:Fault>`), /more than 64 levels/],
    ['a name without end', shop(`<${'a'.repeat(100_000)}/>`), /name of more than 200 characters/],
    ['another root', '<html><body/></html>', /expected \{.*\}Envelope, got \{\}html/],
    ['an envelope without namespace', '<Envelope><Body/></Envelope>', /expected/],
    [
      'an envelope of SOAP 1.2',
      shop('').replaceAll(SOAP, 'http://www.w3.org/2003/05/soap-envelope'),
      /expected/,
    ],
    ['another service', shop('').replaceAll(NAMESPACE, 'urn:else'), /got \{urn:else\}getShopResponse/],
    ['another method', shop('').replaceAll('getShop', 'getAnything'), /got \{.*\}getAnythingResponse/],
    ['a body in the wrong place', `<S:Envelope xmlns:S="${SOAP}"><Body/></S:Envelope>`, /Body/],
    ['an empty body', envelope(''), /no getShopResponse/],
    ['an empty response', envelope(`<n:getShopResponse xmlns:n="${NAMESPACE}"/>`), /with a result/],
    ['nothing', '', /not well-formed|no getShopResponse/],
    ['blanks', '  \n', /not well-formed|no getShopResponse/],
    ['text', 'Service temporarily unavailable', /not well-formed/],
    ['something after the end', `${shop('')}<again/>`, /not well-formed/],
    ['elements that cross', shop('<note><data></note></data>'), /not well-formed/],
    ['a prefix of nobody', shop('<q:note/>'), /not well-formed/],
    ['a null character', shop('<note>\0</note>'), /not well-formed/],
    ['a null character by number', shop('<note>&#0;</note>'), /not well-formed/],
    ['an attribute twice', shop('<note a="1" a="2"/>'), /not well-formed/],
  ])('is %s', (_, xml, reason) => {
    let thrown: unknown;
    try {
      decode(xml);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MalformedAnswerError);
    expect((thrown as Error).message).toMatch(reason);
  });

  it('is a whole one less any of its last characters', () => {
    const xml = shop('<note>n</note>');
    for (let length = 0; length < xml.length; length += 1) {
      expect(() => decode(xml.slice(0, length)), `${length} of ${xml.length}`).toThrow(MalformedAnswerError);
    }
  });

  it('says nothing of what was in it', () => {
    for (const xml of [shop('<note>Jane Roe</Jane>'), '<Jane-Röe/>', shop('<note Jane>')]) {
      expect(() => decode(xml)).toThrow(MalformedAnswerError);
      expect(() => decode(xml)).not.toThrow(/Jane/);
    }
  });

  it.each([
    ['a text', '<note>', 'x'.repeat(65_536), /a text of more than 1048576 characters/],
    ['an attribute', '<note a="', 'x'.repeat(65_536), /a text of more than 1048576 characters/],
    [
      'an element of the tap',
      '<data><shelves>',
      `<id>${'1'.repeat(9_000)}</id>`,
      /an element of more than 8388608/,
    ],
  ])('is one with %s that goes on and on, as soon as that shows', (_, start, piece, reason) => {
    const reading = decoder({ tap: { path: 'data.shelves', onItem: () => undefined } });
    reading.write(shop('#').split('#')[0]! + start);
    let written = 0;
    expect(() => {
      for (; written < 50_000_000; written += piece.length) reading.write(piece);
    }).toThrow(reason);
    expect(written).toBeLessThan(8_500_000);
  });

  it('is none for having many elements in the tap, none of them large', () => {
    let items = 0;
    const reading = decoder({ tap: { path: 'data.shelves', onItem: () => (items += 1) } });
    const [head, tail] = shop('<data>#</data>').split('#') as [string, string];
    reading.write(head);
    for (let shelf = 0; shelf < 1_000; shelf += 1)
      reading.write(`<shelves><id>${'1'.repeat(9_000)}</id></shelves>`);
    reading.write(tail);
    reading.end();
    expect(items).toBe(1_000);
  });

  it('ends the reading before the rest has come', () => {
    const reading = decoder();
    expect(() => reading.write('<!DOCTYPE html ><html>')).toThrow(MalformedAnswerError);
  });
});

describe('a SOAP fault', () => {
  const inDetail = fault('S:Server').replace(
    '</S:Fault>',
    '<detail><faultcode>Client</faultcode><exception>java.lang</exception></detail></S:Fault>',
  );
  it.each([
    ['S-360', fault('S:Server'), 'Server'],
    ['another prefix', fault('soapenv:Client', 'soapenv'), 'Client'],
    ['its own namespace', fault('wsse:FailedAuthentication', 'e'), 'FailedAuthentication'],
    ['no prefix in its code', fault('\n Server '), 'Server'],
    ['codes in its detail', inDetail, 'Server'],
    ['a code without end', fault(`S:${'x'.repeat(5_000)}`), 'x'.repeat(198)],
    ['no code', envelope('<S:Fault><faultstring>x</faultstring></S:Fault>'), 'unknown'],
    [
      'no prefix',
      `<Envelope xmlns="${SOAP}"><Body><Fault><faultcode>Server</faultcode></Fault></Body></Envelope>`,
      'Server',
    ],
  ])('with %s is its code and nothing else', (_, xml, code) => {
    let thrown: unknown;
    try {
      decode(xml);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SoapFaultAnswer);
    expect((thrown as SoapFaultAnswer).faultCode).toBe(code);
    expect(String(thrown)).not.toContain('secret');
  });

  it('counts although an answer stands beside it', () => {
    const both = shop('<note/>').replace(
      '</S:Body>',
      '<S:Fault><faultcode>S:Server</faultcode></S:Fault></S:Body>',
    );
    expect(() => decode(both)).toThrow(SoapFaultAnswer);
  });

  it('of another namespace is none', () => {
    expect(() => decode(envelope('<Fault><faultcode>Server</faultcode></Fault>'))).toThrow(
      MalformedAnswerError,
    );
  });
});
