/** What an answer may hold, compiled from a service description: each member by its name. */
export type Shape = ReadonlyMap<string, Member>;

export interface Member {
  readonly isList: boolean;
  /** Blanks around a `token` mean nothing; those of a `text` are its own. */
  readonly of: Shape | 'text' | 'token' | 'boolean';
}

/** The tree that `soap` describes an output with: `name` or `name[]` to a type's name or a deeper tree. */
export interface Description {
  readonly [member: string]: string | Description;
}

/** Each method of a service. */
export type MethodDescriptions = Readonly<
  Record<string, { readonly input: Description | null; readonly output: Description }>
>;

/** What is known of a service. */
export interface ServiceDescription {
  /** Below the base address. */
  readonly path: string;
  readonly namespace: string;
  readonly methods: MethodDescriptions;
}

const SOAP_METADATA = new Set(['targetNSAlias', 'targetNamespace']);

/** Numbers, dates and enumerations stay text, so that no digit is lost before somebody who knows them reads them. */
export function compileShape(description: Description): Shape {
  return new Map(
    Object.entries(description)
      .filter(([name]) => !SOAP_METADATA.has(name))
      .map(([name, type]) => {
        const isList = name.endsWith('[]');
        return [isList ? name.slice(0, -2) : name, { isList, of: compileType(type) }];
      }),
  );
}

function compileType(type: string | Description): Member['of'] {
  if (typeof type !== 'string') return compileShape(type);
  const name = type.replace(/^.*:/, '');
  if (name === 'boolean') return 'boolean';
  return name === 'string' ? 'text' : 'token';
}
