import { SaxesParser } from 'saxes';

/** What a WSDL says, as far as two of one service are compared. */
export interface Description {
  readonly namespace: string;
  readonly operations: ReadonlySet<string>;
  /** Members by the name of the type or element that has them; empty where the types are kept in another document. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A description is below this; one of 100 MB is none. */
export const MOST_DESCRIPTION_BYTES = 8 * 1024 * 1024;

/** Throws for what is no WSDL, and for a document type: nothing is fetched or expanded. */
export function readDescription(xml: string): Description {
  const operations = new Set<string>();
  const members = new Map<string, Set<string>>();
  const path: string[] = [];
  /** The types and elements being read, outermost first; those without a name belong to the one around them. */
  const owners: (string | null)[] = [];
  let namespace: string | null = null;
  const parser = new SaxesParser({ xmlns: false });
  parser.on('doctype', () => {
    throw new Error('it has a document type');
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const local = localOf(name);
    const own = typeof attributes['name'] === 'string' ? attributes['name'] : null;
    if (path.length === 0) {
      if (local !== 'definitions') throw new Error(`its outermost element is ${local}, not definitions`);
      namespace = String(attributes['targetNamespace'] ?? '');
    }
    if (local === 'operation' && path.at(-1) === 'portType' && own !== null) operations.add(own);
    if (local === 'element' || local === 'complexType') {
      const owner = owners.findLast((each) => each !== null) ?? null;
      if (local === 'element' && owner !== null) {
        const member = own ?? localOf(String(attributes['ref'] ?? ''));
        members.get(owner)?.add(member);
      }
      const isNamed = own !== null && path.at(-1) === 'schema';
      if (isNamed && !members.has(own)) members.set(own, new Set());
      owners.push(isNamed ? own : null);
    }
    path.push(local);
  });
  parser.on('closetag', () => {
    const local = path.pop();
    if (local === 'element' || local === 'complexType') owners.pop();
  });
  parser.write(xml).close();
  if (namespace === null) throw new Error('it is empty');
  return { namespace, operations, members };
}

/** What differs, worst first; empty when the served one has all that the expected one has. */
export interface Difference {
  readonly isSerious: boolean;
  readonly says: string;
}

export function differencesOf(expected: Description, served: Description): readonly Difference[] {
  const differences: Difference[] = [];
  if (served.namespace !== expected.namespace) {
    const says = `its namespace is ${served.namespace}, expected ${expected.namespace}`;
    differences.push({ isSerious: true, says });
  }
  const lost = [...expected.operations].filter((name) => !served.operations.has(name));
  if (lost.length > 0) differences.push({ isSerious: true, says: `it has no ${lost.join(', ')}` });
  // Types in a document of their own are not fetched: nothing can be said of them.
  if (served.members.size === 0) return differences;
  for (const [type, members] of expected.members) {
    const there = served.members.get(type);
    if (there === undefined) continue;
    const missing = [...members].filter((name) => !there.has(name));
    if (missing.length > 0)
      differences.push({ isSerious: false, says: `${type} has no ${missing.join(', ')}` });
  }
  return differences;
}

function localOf(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
