import type { DocumentNode, ExecutionResult, OperationTypeNode } from 'graphql';
import type { RequestContext } from '../context.js';

/** The name of Foyer's own graph among those composed. */
export const OWN_GRAPH = 'foyer';

/** A partner's subgraph, by a name that is used in the supergraph and in messages. */
export interface SubgraphAddress {
  readonly name: string;
  readonly url: string;
}

/** What Foyer composes its graph with, and how it asks the others. */
export interface FederationSettings {
  /** The subgraphs, whose schemas they are asked for; or the file of a supergraph that somebody else composed. */
  readonly from:
    | { readonly kind: 'subgraphs'; readonly subgraphs: readonly SubgraphAddress[] }
    | { readonly kind: 'file'; readonly path: string };
  /** Names of request headers that subgraphs get as they came, in lower case. */
  readonly forwardedHeaders: readonly string[];
  /** For a whole question to a subgraph, the second try of a read included. */
  readonly deadlineMs: number;
  /** Between two looks for a changed schema. */
  readonly pollMs: number;
}

/** What came of one question to a subgraph. */
export interface SubgraphAnswered {
  readonly subgraph: string;
  readonly outcome: 'success' | 'unavailable' | 'timeout' | 'invalid';
  readonly ms: number;
}

/** One graph's part of an operation. */
export interface GraphQuestion {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly kind: OperationTypeNode;
  /** Of the whole operation, or of the one event of a subscription that it is part of. */
  readonly context: RequestContext;
}

/** Answers one graph's part of an operation; what it throws fails the fields asked for, and no others. */
export type GraphExecutor = (
  question: GraphQuestion,
) => Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>>;
