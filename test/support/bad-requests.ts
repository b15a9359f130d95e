/** A request that is no GraphQL over HTTP as we take it, in words of `fetch`. */
export interface BadRequest {
  readonly name: string;
  /** After `/graphql`. */
  readonly search?: string;
  readonly init: RequestInit;
}

const HELLO = '{"query":"{ hello }"}';
const JSON_TYPE = { 'content-type': 'application/json' };

export function badRequests(): BadRequest[] {
  return [
    ...['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => ({
      name: method,
      init: { method, ...(method === 'HEAD' ? {} : { body: HELLO, headers: JSON_TYPE }) },
    })),
    ...TYPES.map((type) => ({
      name: `a body of ${type}`,
      init: { method: 'POST', body: HELLO, headers: { 'content-type': type } },
    })),
    ...['gzip', 'br', 'deflate', 'zstd', 'gzip, gzip', 'nonsense'].map((encoding) => ({
      name: `a body in ${encoding}`,
      init: { method: 'POST', body: HELLO, headers: { ...JSON_TYPE, 'content-encoding': encoding } },
    })),
    ...BODIES.map((body, index) => ({
      name: `the body ${index + 1}: ${body.slice(0, 30)}`,
      init: { method: 'POST', body, headers: JSON_TYPE },
    })),
    ...['text/html', 'text/event-stream', 'multipart/mixed', 'image/png', 'application/xml'].map(
      (accept) => ({
        name: `an answer in ${accept}`,
        init: { method: 'POST', body: HELLO, headers: { ...JSON_TYPE, accept } },
      }),
    ),
    ...[{}, { 'content-type': 'text/plain' }, { cookie: 'a=b' }, { origin: 'https://evil.example' }].map(
      (headers) => ({
        name: `GET as any page can send it, with ${JSON.stringify(headers)}`,
        search: '?query={hello}',
        init: { headers },
      }),
    ),
    ...SEARCHES.map((search) => ({
      name: `GET ${search.slice(0, 30)}`,
      search,
      init: { headers: { 'apollo-require-preflight': 'yes' } },
    })),
  ];
}

const TYPES = [
  'text/plain',
  'text/plain; application/json',
  'text/html',
  'application/graphql',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
  'application/jsonp',
  'application/json-patch+json',
  'application/octet-stream',
  'json',
];

const BODIES = [
  '',
  ' ',
  'null',
  'true',
  '1',
  '"{ hello }"',
  '[]',
  '[[]]',
  `[${HELLO}]`,
  `[${HELLO},${HELLO}]`,
  `[${Array.from({ length: 1_000 }, () => HELLO).join(',')}]`,
  '{}',
  '{"query":null}',
  '{"query":1}',
  '{"query":{}}',
  '{"query":["{ hello }"]}',
  '{"query":""}',
  '{"query":"{ hello }","variables":[]}',
  '{"query":"{ hello }","variables":"{}"}',
  '{"query":"{ hello }","variables":1}',
  '{"query":"{ hello }","operationName":1}',
  '{"query":"{ hello }","operationName":{}}',
  '{"query":"{ hello }","extensions":[]}',
  '{"query":"{ hello }","extensions":"x"}',
  '{"query":"{ hello }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}',
  '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}',
  '{"extensions":{"persistedQuery":{"version":2,"sha256Hash":"x"}}}',
  '{"extensions":{"persistedQuery":5}}',
  '{"__proto__":{"query":"{ hello }"}}',
  '{"query":"{ hello }","__proto__":{}}',
  '{"query":"{ hello }","constructor":{"prototype":{"a":1}}}',
  '{"query":"{ hello }"',
  '{"query":"{ hello }",}',
  "{'query':'{ hello }'}",
  '{query:"{ hello }"}',
  '{"query":"{ hello }"}}',
  'NaN',
  '\u0000',
  '\uFEFF\uFEFF{}',
  '{"query":"\\uZZZZ"}',
  `{"query":"{ hello } #${'x'.repeat(300_000)}"}`,
  `{"query":"{ hello }","variables":{"a":"${'x'.repeat(100_000)}"}}`,
  `{"query":"{ hello }","variables":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
  `{"query":"{ hello }","variables":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
  '['.repeat(100_000),
  `{"query":"{ hello }","variables":{${Array.from({ length: 6_000 }, (_, index) => `"v${index}":1`).join(',')}}}`,
];

const SEARCHES = [
  '',
  '?',
  '?query=',
  '?query={',
  '?query={nothing}',
  '?query={hello}&query={hello}',
  '?query={hello}&variables=x',
  '?query={hello}&variables=[]',
  '?query={hello}&variables=5',
  '?query={hello}&operationName=B',
  '?query={hello}&extensions=x',
  '?query=mutation{write}',
  '?query=subscription{ticks}',
  '?query=%zz',
  `?query={${'hello '.repeat(1_001)}}`,
  `?query=${'x'.repeat(12_000)}`,
];

/** Bytes on a connection that are not the HTTP that we take. */
export const BAD_BYTES: readonly (readonly [name: string, bytes: string])[] = [
  ['nothing of HTTP', 'HELLO\r\n\r\n'],
  ['a TLS hello', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
  ['HTTP/2 by force', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['an unknown version', 'GET / HTTP/9.9\r\nhost: x\r\n\r\n'],
  ['no host', 'POST /graphql HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}'],
  ['a malformed host', post('host: %%')],
  ['two lengths', post('host: x\r\ncontent-length: 5')],
  ['a length below nothing', 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n{}'],
  ['a length that is no number', 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 2a\r\n\r\n{}'],
  ['a length and chunks', post('host: x\r\ntransfer-encoding: chunked')],
  [
    'a chunk without a size',
    'POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n',
  ],
  ['an encoding of the transfer that nobody knows', post('host: x\r\ntransfer-encoding: xchunked')],
  ['a header over two lines', post('host: x\r\na: b\r\n c: d')],
  ['a zero in a header', post('host: x\r\na: \u0000')],
  ['a name with a space', post('host: x\r\na b: c')],
  ['a header of 20 KB', post(`host: x\r\na: ${'x'.repeat(20_000)}`)],
  [
    '3,000 headers',
    post(`host: x${Array.from({ length: 3_000 }, (_, index) => `\r\na${index}: b`).join('')}`),
  ],
  ['an address of 20 KB', `GET /graphql?query=${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`],
  ['TRACE', 'TRACE /graphql HTTP/1.1\r\nhost: x\r\n\r\n'],
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n'],
  [
    'an upgrade to something else',
    'GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n',
  ],
  [
    'a socket without a key',
    'GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  ],
];

function post(headers: string): string {
  return `POST /graphql HTTP/1.1\r\n${headers}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`;
}

/** Messages that end a socket, and nothing else. */
export const BAD_MESSAGES: readonly (string | Buffer)[] = [
  '',
  ' ',
  'null',
  '1',
  '"subscribe"',
  '[]',
  '{}',
  '{"type":null}',
  '{"type":5}',
  '{"type":"nothing"}',
  '{"type":"__proto__"}',
  '{"type":"start","id":"a","payload":{"query":"{ hello }"}}',
  '{"type":"connection_init"}',
  '{"type":"connection_ack"}',
  '{"type":"connection_init","payload":5}',
  '{"type":"subscribe"}',
  '{"type":"subscribe","id":"a"}',
  '{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}',
  '{"type":"subscribe","id":5,"payload":{"query":"{ hello }"}}',
  '{"type":"subscribe","id":"a","payload":null}',
  '{"type":"subscribe","id":"a","payload":[]}',
  '{"type":"subscribe","id":"a","payload":{}}',
  '{"type":"subscribe","id":"a","payload":{"query":5}}',
  '{"type":"subscribe","id":"a","payload":{"query":"{ hello }","variables":5}}',
  '{"type":"subscribe","id":"a","payload":{"query":"{ hello }","operationName":5}}',
  '{"type":"subscribe","id":"a","payload":{"query":"{ hello }","extensions":5}}',
  '{"type":"next","id":"a"}',
  '{"type":"next","id":"a","payload":{"data":{}}}',
  '{"type":"\\u006eext","id":"a","payload":{"data":{}}}',
  '{"type":"error","id":"a","payload":[]}',
  '{"type":"error","id":"a","payload":[{"message":"a"}]}',
  '{"type":"complete"}',
  '{"type":"complete","id":5}',
  '{"type":"ping","payload":5}',
  '{"type":"subscribe","id":"a","payload":{"query":"{ hello }"}',
  '{"type":"subscribe",'.repeat(1_000),
  '['.repeat(60_000),
  `{"type":"ping","payload":{"a":"${'x'.repeat(70_000)}"}}`,
  Buffer.from([0xff, 0xfe, 0xfd]),
];
