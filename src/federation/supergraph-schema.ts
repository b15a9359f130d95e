import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import type { Executor } from '@graphql-tools/utils';
import { OperationTypeNode, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { RequestContext } from '../context.js';
import { OWN_GRAPH, type GraphExecutor } from './federation.types.js';
import { placeErrors } from './error-places.js';
import { isolateFailures } from './isolate-failures.js';
import { graphsOfSupergraph } from './supergraph-graphs.js';

export type ExecutorOf = (graph: string) => GraphExecutor;

/**
 * The supergraph as a schema that answers: each field is asked of its graph, and what many objects need of another
 * graph is one question to it. Throws ConfigError for a document that is no supergraph with ours in it.
 */
export function supergraphSchema(supergraph: DocumentNode, executorOf: ExecutorOf): GraphQLSchema {
  const graphs = new Map(graphsOfSupergraph(supergraph).map((graph) => [graph.id, graph]));
  const own = [...graphs.values()].find(({ name }) => name === OWN_GRAPH)!;
  const schema = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl: isolateFailures(supergraph, own.id),
    onSubschemaConfig(config) {
      const graph = graphs.get(config.name.toUpperCase());
      if (graph === undefined) throw new Error(`no graph ${config.name}`);
      config.executor = asExecutor(executorOf(graph.name));
      // In this process questions cost nothing to send, and the loaders gather what they need.
      config.batch = graph.name !== OWN_GRAPH;
    },
  });
  return placeErrors(schema);
}

/** The library's executors are generic in what they answer, which nobody can promise of an answer from elsewhere. */
function asExecutor(answer: GraphExecutor): Executor {
  const executor = ({ document, variables, operationType, context }: AskedByLibrary) =>
    answer({
      document,
      variables: variables ?? {},
      kind: operationType ?? OperationTypeNode.QUERY,
      context,
    });
  return executor as Executor;
}

interface AskedByLibrary {
  readonly document: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationType?: OperationTypeNode;
  readonly context: RequestContext;
}
