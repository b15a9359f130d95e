/** What an answer may hold, compiled from a service description: each member by its name. */
export type Shape = ReadonlyMap<string, Member>;

export interface Member {
  readonly isList: boolean;
  readonly of: Shape | 'text' | 'boolean';
}

/** The tree that `soap` describes an output with: `name` or `name[]` to a type's name or a deeper tree. */
export interface Description {
  readonly [member: string]: string | Description;
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
  return /(?:^|:)boolean$/.test(type) ? 'boolean' : 'text';
}
