import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AnswerDecoder,
  MalformedAnswerError,
  SoapFaultAnswer,
  type WireObject,
} from '../../src/datasources/s360/answer-decoder.js';
import { compileShape } from '../../src/datasources/s360/answer-shape.js';

const NAMESPACE = 'http://v1_33.ShopService.service.secutix.com';
const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const SHAPE = compileShape({
  statusCode: 'xs:string',
  open: 'xs:boolean',
  'ids[]': 'xs:long',
  data: { id: 'xs:long', note: 'xs:string', 'rows[]': { amount: 'xs:long', 'tags[]': 'xs:string' } },
});

interface Read {
  readonly result: WireObject;
  readonly unknown: string[];
}

function read(text: string, pieces: readonly string[] = [text]): Read {
  const unknown: string[] = [];
  const decoder = new AnswerDecoder({
    namespace: NAMESPACE,
    responseElement: 'openResponse',
    resultElement: 'OpenResult',
    resultShape: SHAPE,
    onUnknownMember: (path) => unknown.push(path),
  });
  for (const piece of pieces) decoder.write(piece);
  return { result: decoder.end(), unknown };
}

function answer(members: string): string {
  return (
    `<?xml version="1.0"?><S:Envelope xmlns:S="${SOAP}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><S:Body>` +
    `<n:openResponse xmlns:n="${NAMESPACE}"><OpenResult>${members}</OpenResult></n:openResponse></S:Body></S:Envelope>`
  );
}

/** Objects with an ordinary prototype, to compare with literals. */
function plain(result: WireObject): unknown {
  return JSON.parse(JSON.stringify(result));
}

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return 'it did not throw';
}

describe('AnswerDecoder', () => {
  it('reads scalars as text, booleans, and lists always as lists', () => {
    const { result, unknown } = read(
      answer(
        '<statusCode>success</statusCode><open>true</open><ids>9007199254740993</ids>' +
          '<data><id> 9223372036854775807\n</id><note> two &lt;words&gt; </note>' +
          '<rows><amount>0045000</amount><tags>a</tags><tags><![CDATA[b & c]]></tags></rows></data>',
      ),
    );

    expect(plain(result)).toEqual({
      statusCode: 'success',
      open: true,
      ids: ['9007199254740993'],
      data: {
        id: '9223372036854775807',
        note: ' two <words> ',
        rows: [{ amount: '0045000', tags: ['a', 'b & c'] }],
      },
    });
    expect(unknown).toEqual([]);
  });

  it('leaves out what is absent, nil or an empty number', () => {
    const { result } = read(
      answer('<statusCode xsi:nil="true"/><ids xsi:nil="1"/><ids/><data><id/><note></note></data>'),
    );

    expect(plain(result)).toEqual({ ids: [], data: { note: '', rows: [] } });
  });

  it.each([
    ['no prefix at all', (xml: string) => xml.replaceAll('S:', '').replace('xmlns:S', 'xmlns')],
    ['other prefixes', (xml: string) => xml.replaceAll('S:', 'soapenv:').replace('xmlns:S', 'xmlns:soapenv')],
    [
      'the namespace of the service as the default one',
      (xml: string) => xml.replaceAll('n:openResponse', 'openResponse').replace('xmlns:n', 'xmlns'),
    ],
    [
      'members qualified with the namespace of the service',
      (xml: string) => xml.replaceAll('statusCode', 'n:statusCode'),
    ],
    [
      'blocks in its header',
      (xml: string) =>
        xml.replace(
          '<S:Body>',
          '<S:Header><a:b xmlns:a="urn:x"><a:c><d>1</d></a:c></a:b></S:Header><S:Body>',
        ),
    ],
    [
      'comments and processing instructions',
      (xml: string) => xml.replace('<OpenResult>', '<?hm x?><!-- y --><OpenResult>'),
    ],
    [
      'a result class of another name in its place',
      (xml: string) => xml.replaceAll('OpenResult', 'OtherResult'),
    ],
    [
      'something else beside the result class',
      (xml: string) => xml.replace('<OpenResult>', '<More><statusCode>no</statusCode></More><OpenResult>'),
    ],
  ])('takes an answer with %s', (_, change) => {
    const xml = change(answer('<statusCode>success</statusCode>'));
    // Without a prefix the default namespace would cover the members too.
    const text = xml.includes('<Envelope') ? xml.replace('<OpenResult>', '<OpenResult xmlns="">') : xml;

    expect(read(text).result['statusCode']).toBe('success');
  });

  it('counts unknown members with their path, and keeps nothing of them', () => {
    const { result, unknown } = read(
      answer('<data><news><id>1</id><id>2</id></news><rows><colour>x</colour></rows></data><data2/>'),
    );

    expect(unknown).toEqual(['data.news', 'data.rows.colour', 'data2']);
    expect(plain(result)).toEqual({ ids: [], data: { rows: [{ tags: [] }] } });
  });

  it('makes objects that names from outside cannot bend', () => {
    const { result, unknown } = read(
      answer('<__proto__><statusCode>success</statusCode></__proto__><constructor>x</constructor>'),
    );

    expect(Object.getPrototypeOf(result)).toBeNull();
    expect(unknown).toEqual(['__proto__', 'constructor']);
    expect(({} as { statusCode?: string }).statusCode).toBeUndefined();
  });

  it('reads the same whatever the pieces are that the text arrives in', () => {
    const xml = answer(
      '<ids>1</ids><ids>22</ids><data><note>é &amp; 𝄞</note><rows><amount>7</amount></rows></data>',
    );
    const whole = plain(read(xml).result);

    fc.assert(
      fc.property(fc.array(fc.nat(xml.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), xml.length];
        const pieces = at.slice(1).map((end, index) => xml.slice(at[index], end));
        expect(plain(read(xml, pieces).result)).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['nothing', ''],
    ['blanks', '  \n'],
    ['HTML', '<!DOCTYPE html><html><body>Sorry</body></html>'],
    ['entities of its own', `<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>${answer('&b;')}`],
    ['a document type only', `<!DOCTYPE x SYSTEM "file:///etc/passwd">${answer('')}`],
    ['an entity that nobody declared', answer('<statusCode>&xxe;</statusCode>')],
    ['10,000 levels', answer(`${'<data>'.repeat(10_000)}${'</data>'.repeat(10_000)}`)],
    ['no end', answer('<statusCode>success</statusCode>').slice(0, -20)],
    ['something after its end', `${answer('')}<more/>`],
    ['another root', answer('').replaceAll('Envelope', 'Letter')],
    [
      'another namespace of the envelope',
      answer('').replace(SOAP, 'http://www.w3.org/2003/05/soap-envelope'),
    ],
    ['another namespace of the service', answer('').replace(NAMESPACE, NAMESPACE.replace('33', '32'))],
    ['another response', answer('').replaceAll('openResponse', 'closeResponse')],
    ['a body without a response', `<S:Envelope xmlns:S="${SOAP}"><S:Body/></S:Envelope>`],
    ['a response without a result', answer('').replace('<OpenResult></OpenResult>', '')],
    ['a prefix of nobody', answer('<q:statusCode>success</q:statusCode>')],
  ])('refuses an answer with %s', (_, xml) => {
    expect(() => read(xml)).toThrow(MalformedAnswerError);
  });

  it('says of a refused answer nothing that was written in it', () => {
    const secret = 'Mrs Canary, 4 Coal Lane';
    for (const xml of [answer(`<note>${secret}</nope>`), answer(`&${secret};`), `<${secret}/>`]) {
      expect(messageOf(() => read(xml))).toMatch(/^(it is not well-formed|expected)(?!.*Canary)/);
    }
  });

  it('tells a fault by its code alone', () => {
    const fault =
      `<S:Envelope xmlns:S="${SOAP}"><S:Body><S:Fault><faultcode>S:Server</faultcode>` +
      '<faultstring>at com.secutix.Secret(Secret.java:1)</faultstring><detail><faultcode2>x</faultcode2></detail>' +
      '</S:Fault></S:Body></S:Envelope>';

    expect(() => read(fault)).toThrow(new SoapFaultAnswer('Server'));
  });

  it('takes elements out of the stream, so that they are not whole in memory', () => {
    const seen: unknown[] = [];
    const decoder = new AnswerDecoder({
      namespace: NAMESPACE,
      responseElement: 'openResponse',
      resultElement: 'OpenResult',
      resultShape: SHAPE,
      tap: { path: 'data.rows', onItem: (row, data) => seen.push([plain(row), data['id']]) },
    });
    decoder.write(
      answer('<data><rows><amount>1</amount></rows><id>5</id><rows><amount>2</amount></rows></data>'),
    );

    expect(plain(decoder.end())).toEqual({ ids: [], data: { id: '5', rows: [] } });
    expect(seen).toEqual([
      [{ amount: '1', tags: [] }, undefined],
      [{ amount: '2', tags: [] }, '5'],
    ]);
  });
});
