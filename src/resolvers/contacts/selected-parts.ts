import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql';
import type { ContactPart } from '../../domain/contact.js';

/** What of S-360's contact file each field of `Contact` needs; those that are not here need none of it. */
const PART_OF_FIELD: ReadonlyMap<string, ContactPart> = new Map([
  ['kind', 'general'],
  ['role', 'general'],
  ['state', 'general'],
  ['firstName', 'general'],
  ['lastName', 'general'],
  ['structureName', 'general'],
  ['email', 'general'],
  ['language', 'general'],
  ['phone', 'phone'],
  ['addresses', 'addresses'],
  ['criteria', 'criteria'],
]);

type SelectionInfo = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * The parts of a contact that an operation asks for where the field answers one, or, by `paths`, below it (`nodes`,
 * `edges.node`). Aliases and fragments are seen through; what `@skip` and `@include` leave out is left out.
 */
export function selectedParts(
  info: SelectionInfo,
  paths: readonly (readonly string[])[] = [[]],
): ReadonlySet<ContactPart> {
  const parts = new Set<ContactPart>();
  for (const path of paths) {
    for (const { name } of fieldsAt(info, info.fieldNodes, path)) {
      const part = PART_OF_FIELD.get(name.value);
      if (part !== undefined) parts.add(part);
    }
  }
  return parts;
}

/** The fields selected at the end of the path, below these. */
function fieldsAt(
  info: SelectionInfo,
  fields: readonly FieldNode[],
  path: readonly string[],
): readonly FieldNode[] {
  const selected = fields.flatMap(({ selectionSet }) =>
    selectionSet === undefined ? [] : fieldsIn(info, selectionSet),
  );
  const [name, ...rest] = path;
  if (name === undefined) return selected;
  return fieldsAt(
    info,
    selected.filter((field) => field.name.value === name),
    rest,
  );
}

function fieldsIn(info: SelectionInfo, { selections }: SelectionSetNode): FieldNode[] {
  return selections.flatMap((selection) => {
    if (!isIncluded(info, selection)) return [];
    switch (selection.kind) {
      case Kind.FIELD:
        return [selection];
      case Kind.INLINE_FRAGMENT:
        return fieldsIn(info, selection.selectionSet);
      case Kind.FRAGMENT_SPREAD: {
        const fragment = info.fragments[selection.name.value];
        return fragment === undefined ? [] : fieldsIn(info, fragment.selectionSet);
      }
    }
  });
}

function isIncluded(
  { variableValues }: SelectionInfo,
  selection: SelectionSetNode['selections'][number],
): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variableValues);
  return skip?.['if'] !== true && include?.['if'] !== false;
}
