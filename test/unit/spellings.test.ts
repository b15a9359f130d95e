import { describe, expect, it } from 'vitest';
import { Outlets } from '../support/canaries.js';

const VALUE = `O'Canarÿ & "Söhne" <7719>`;

describe('what looks for canaries', () => {
  it.each([
    ['plain', VALUE],
    ['in another case', VALUE.toUpperCase()],
    ['in JSON', JSON.stringify({ name: VALUE })],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ name: VALUE }))],
    ['in JSON of ASCII', `"O'Canar\\u00ff & \\"S\\u00f6hne\\" <7719>"`],
    ['in an address', `https://x.example/?q=${encodeURIComponent(VALUE)}`],
    ['in a form', new URLSearchParams({ q: VALUE }).toString()],
    ['in XML', `<a>O'Canarÿ &amp; "Söhne" &lt;7719&gt;</a>`],
    ['in an attribute', `<a b="O&apos;Canarÿ &amp; &quot;Söhne&quot; &lt;7719&gt;"/>`],
    ['as bytes', Buffer.from(VALUE).toString('latin1')],
    ['in hexadecimal', `\\x${Buffer.from(`{${VALUE}}`).toString('hex')}`],
    ['in base64', Buffer.from(VALUE).toString('base64')],
    ['in base64 behind one letter', Buffer.from(`u${VALUE}!`).toString('base64')],
    ['in base64 behind two letters', Buffer.from(`u:${VALUE}??`).toString('base64')],
    ['in base64 of addresses', Buffer.from(`user:${VALUE}`).toString('base64url')],
  ])('finds one %s', (_how, text) => {
    const outlets = new Outlets();
    outlets.add('here', `before ${text} after`);
    expect(outlets.found({ name: VALUE })).toHaveLength(1);
    expect(outlets.missing({ name: VALUE, other: 'somebody else' })).toEqual(['other']);
  });
});
