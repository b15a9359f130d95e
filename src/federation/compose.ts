import { composeServices } from '@theguild/federation-composition';
import { GraphQLError, parse, type DocumentNode } from 'graphql';

export interface ComposedGraph {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
}

/** Several schemas that do not make one supergraph. `problems` has a line for each thing that is wrong. */
export class CompositionError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'CompositionError';
  }
}

/** The supergraph's SDL. Throws CompositionError for what does not parse or does not fit together. */
export function composeSupergraph(graphs: readonly ComposedGraph[]): string {
  const services = graphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parsed(name, sdl) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors === undefined) return supergraphSdl;
  throw new CompositionError(errors.map(line));
}

function parsed(name: string, sdl: string): DocumentNode {
  try {
    return parse(sdl);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const place = error.locations?.[0];
    const at = place === undefined ? '' : ` (line ${place.line}, column ${place.column})`;
    throw new CompositionError([`[${name}] ${error.message}${at}`]);
  }
}

/** Several lines of one problem become one, so that a log stays readable; the code says where to read about it. */
function line({ message, extensions }: GraphQLError): string {
  const code = extensions['code'];
  const text = message.trim().replace(/\s*\n\s*/g, ' ');
  return typeof code === 'string' ? `${text} (${code})` : text;
}
