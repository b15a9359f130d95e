import { Kind, parse, type DocumentNode, type EnumValueDefinitionNode } from 'graphql';
import { ConfigError } from '../errors.js';
import { OWN_GRAPH, type SubgraphAddress } from './federation.types.js';

export interface GraphOfSupergraph extends SubgraphAddress {
  /** The word that stands for it in the supergraph's directives. */
  readonly id: string;
}

/** The graphs that a supergraph was composed of. Throws ConfigError for a text that is no supergraph with ours in it. */
export function graphsOfSupergraph(document: DocumentNode): readonly GraphOfSupergraph[] {
  const graphs = document.definitions
    .flatMap((node) =>
      node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph' ? (node.values ?? []) : [],
    )
    .map(graphOf);
  if (graphs.some(({ name }) => name === OWN_GRAPH)) return graphs;
  throw new ConfigError([
    `SUBGRAPHS: the supergraph must have a graph named ${OWN_GRAPH}, which is this one`,
  ]);
}

export function readSupergraph(sdl: string): DocumentNode {
  try {
    return parse(sdl);
  } catch (error) {
    throw new ConfigError([`SUBGRAPHS: the supergraph is not GraphQL: ${String(error)}`]);
  }
}

function graphOf({ name: id, directives = [] }: EnumValueDefinitionNode): GraphOfSupergraph {
  const texts = new Map(
    directives
      .filter(({ name }) => name.value === 'join__graph')
      .flatMap(({ arguments: given = [] }) => given)
      .map(({ name, value }) => [name.value, value.kind === Kind.STRING ? value.value : '']),
  );
  return { id: id.value, name: texts.get('name') ?? '', url: texts.get('url') ?? '' };
}
