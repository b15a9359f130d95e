import type { DocumentNode } from 'graphql';

/** Where the supergraph comes from. */
export interface SupergraphSource {
  /** Throws ConfigError where there is none to start with. */
  first(): Promise<DocumentNode>;
  /** The next one; null while nothing has changed. Throws CompositionError, once for each change that does not fit. */
  next(): Promise<DocumentNode | null>;
  /** Names of the subgraphs whose schemas are not known yet. */
  missing(): readonly string[];
}
