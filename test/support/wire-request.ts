import { SaxesParser, type SaxesTagNS } from 'saxes';

/** A SOAP request as a strict reader of XML 1.0 with namespaces sees it. */
export interface WireRequest {
  readonly method: string;
  /** Of the method's element. */
  readonly namespace: string;
  /**
   * Every element below the method that has none inside, in order: `contactData.language` and its text. Of elements
   * with the same name the second one is `values[1]`.
   */
  readonly members: readonly (readonly [path: string, text: string])[];
}

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const SECURITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const HEADER = new Set(['Security', 'UsernameToken', 'Username', 'Password']);

interface Frame {
  readonly path: string;
  text: string;
  /** How many elements of each name are inside. */
  readonly inside: Map<string, number>;
}

/**
 * Throws for what no request may be: not well-formed, with a document type, instruction or comment, with attributes or
 * namespaces in its body, with text beside elements, or with anything in its header but the operator's name and password.
 */
export function readRequest(xml: string): WireRequest {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const frames: Frame[] = [];
  const members: [string, string][] = [];
  const methods: SaxesTagNS[] = [];
  const refuse = (what: string): never => {
    throw new Error(`${what} in ${xml}`);
  };
  const close = ({ path, text, inside }: Frame): void => {
    if (inside.size > 0 && text.trim() !== '') refuse(`text beside the elements of ${path}`);
    if (frames.length > 2 && inside.size === 0 && path.startsWith('Envelope.Body.'))
      members.push([path, text]);
  };
  const open = (tag: SaxesTagNS): void => {
    const parent = frames.at(-1);
    const path = parent === undefined ? tag.local : `${parent.path}.${nameIn(parent, tag.local)}`;
    frames.push({ path, text: '', inside: new Map() });
    const isKnown = ((): boolean => {
      if (frames.length <= 2) return tag.uri === SOAP && /^Envelope(\.(Header|Body))?$/.test(path);
      if (path.startsWith('Envelope.Header.')) return tag.uri === SECURITY && HEADER.has(tag.local);
      if (frames.length > 3) return tag.uri === '' && ownAttributes(tag) === 0;
      methods.push(tag);
      return ownAttributes(tag) === 0;
    })();
    if (!isKnown) refuse(`{${tag.uri}}${path} with ${Object.keys(tag.attributes).join(', ')}`);
  };
  parser.on('error', (error) => refuse(error.message));
  parser.on('doctype', () => refuse('a document type'));
  parser.on('processinginstruction', () => refuse('an instruction'));
  parser.on('comment', () => refuse('a comment'));
  parser.on('cdata', () => refuse('a CDATA section'));
  parser.on('opentag', open);
  parser.on('text', (text) => {
    const frame = frames.at(-1);
    if (frame !== undefined) frame.text += text;
  });
  parser.on('closetag', () => close(frames.pop()!));
  parser.write(xml).close();
  const [method] = methods;
  if (method === undefined || methods.length > 1) return refuse(`${methods.length} methods`);
  const prefix = `Envelope.Body.${method.local}`;
  return {
    method: method.local,
    namespace: method.uri,
    members: members.flatMap(([path, text]) =>
      path === prefix ? [] : [[path.slice(prefix.length + 1), text] as const],
    ),
  };
}

function nameIn({ inside }: Frame, name: string): string {
  const before = inside.get(name) ?? 0;
  inside.set(name, before + 1);
  return before === 0 ? name : `${name}[${before}]`;
}

/** Declarations of namespaces are none. */
function ownAttributes({ attributes }: SaxesTagNS): number {
  return Object.values(attributes).filter(({ prefix, name }) => prefix !== 'xmlns' && name !== 'xmlns')
    .length;
}
