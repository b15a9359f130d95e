import { SaxesParser } from 'saxes';

/** An element as read: names apart from prefixes, children in order. */
export interface XmlElement {
  readonly name: string;
  readonly namespace: string;
  readonly children: readonly XmlElement[];
  /** The element's own text, without that of its children. */
  readonly text: string;
  readonly isNil: boolean;
  /** Value of an attribute by namespace ('' for none) and name. */
  attribute(namespace: string, name: string): string | undefined;
}

/** The text is not XML, or XML of a kind that is refused: a document type, or too deep. */
export class MalformedXmlError extends Error {
  override readonly name = 'MalformedXmlError';
}

export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const MOST_LEVELS = 64;

/** The parsed document's root. Nothing is ever fetched, and entities other than XML's own five are an error. */
export function readXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;

  parser.on('error', (error) => {
    throw new MalformedXmlError(error.message);
  });
  parser.on('doctype', () => {
    throw new MalformedXmlError('a document type declaration is not allowed');
  });
  parser.on('opentag', (tag) => {
    if (open.length >= MOST_LEVELS) throw new MalformedXmlError(`more than ${MOST_LEVELS} levels`);
    const attributes = new Map(
      Object.values(tag.attributes).map(({ uri, local, value }) => [`${uri} ${local}`, value]),
    );
    open.push({ name: tag.local, namespace: tag.uri, attributes, children: [], texts: [] });
  });
  const addText = (text: string): void => void open.at(-1)?.texts.push(text);
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = close(open.pop()!);
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
  });
  parser.write(text).close();
  if (!root) throw new MalformedXmlError('there is no element');
  return root;
}

/** The first child of that name. */
export function childOf(element: XmlElement, namespace: string, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name && child.namespace === namespace);
}

interface OpenElement {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  readonly texts: string[];
}

function close({ name, namespace, attributes, children, texts }: OpenElement): XmlElement {
  const nil = attributes.get(`${XSI} nil`)?.trim();
  return {
    name,
    namespace,
    children,
    text: texts.join(''),
    isNil: nil === 'true' || nil === '1',
    attribute: (uri, local) => attributes.get(`${uri} ${local}`),
  };
}
