/** How a text may be written where it is found. */
export interface Spellings {
  /** As they are. */
  readonly exact: readonly string[];
  /** In lower case, to be looked for in a text in lower case. */
  readonly inAnyCase: readonly string[];
}

/** Plain, as JSON, XML, an address, bytes in hexadecimal or latin-1 would write it, and inside of something in base64. */
export function spellingsOf(value: string): Spellings {
  const bytes = Buffer.from(value, 'utf8');
  const inJson = JSON.stringify(value).slice(1, -1);
  const address = encodeURIComponent(value);
  const plain = [
    value,
    inJson,
    // A line of a log in a line of a log.
    JSON.stringify(inJson).slice(1, -1),
    inJson.replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
    address,
    address.replaceAll('%20', '+').replaceAll("'", '%27'),
    ...inXml(value),
    bytes.toString('latin1'),
    bytes.toString('hex'),
  ];
  return {
    exact: [...new Set(inBase64(bytes))],
    inAnyCase: [...new Set(plain.map((spelling) => spelling.toLowerCase()))],
  };
}

function inXml(value: string): string[] {
  const escaped = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = escaped.replaceAll('"', '&quot;');
  return [escaped, quoted, quoted.replaceAll("'", '&apos;'), quoted.replaceAll("'", '&#39;')];
}

/** Wherever it begins in what was encoded; the letters that depend on its neighbours are left out. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const ours = whole
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6));
    return [ours, ours.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
