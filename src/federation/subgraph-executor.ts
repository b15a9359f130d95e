import { GraphQLError, OperationTypeNode, print, type ExecutionResult } from 'graphql';
import type { RequestContext } from '../context.js';
import { SubgraphInvalidError, SubgraphRefusedError } from '../errors.js';
import { traced, type Tracing } from '../tracing/traced.js';
import type { GraphExecutor } from './federation.types.js';
import type { AnsweredError, SubgraphAnswer, SubgraphExchange } from './subgraph-exchange.js';
import { watchSubgraph } from './subgraph-stream.js';

/** What a subgraph is told of whoever asks. */
export type HeadersFor = (context: RequestContext) => Readonly<Record<string, string>>;

/** A partner's subgraph as one of the supergraph's. */
export function createSubgraphExecutor(
  exchange: SubgraphExchange,
  headersFor: HeadersFor,
  tracing?: Tracing,
): GraphExecutor {
  const { address } = exchange;
  return async ({ document, variables, kind, context }) => {
    const question = { query: print(document), variables, headers: headersFor(context) };
    if (kind === OperationTypeNode.SUBSCRIPTION) {
      return watchSubgraph(address, question, (event) => resultOf(event, address.name));
    }
    const attributes = { 'foyer.subgraph': address.name };
    const answer = await traced(tracing, [`subgraph ${address.name}`, { kind: 'client', attributes }], () =>
      exchange.ask({
        ...question,
        headers: { ...question.headers, ...tracing?.headers() },
        isRead: kind === OperationTypeNode.QUERY,
      }),
    );
    return resultOf(answer, address.name);
  };
}

function resultOf({ data, errors }: SubgraphAnswer, subgraph: string): ExecutionResult {
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors: told(errors, data).map((error) => errorOf(error, subgraph)) }),
  };
}

/** Where nothing was answered at all, every field says the same: the first reason is enough. */
function told(errors: readonly AnsweredError[], data: SubgraphAnswer['data']): readonly AnsweredError[] {
  return data === undefined || data === null ? errors.slice(0, 1) : errors;
}

const PASSED_ON = ['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND'] as const;

/** What the subgraph says about the request goes to the caller; what it says about itself does not. */
function errorOf({ message, path, extensions }: AnsweredError, subgraph: string): GraphQLError {
  const code = PASSED_ON.find((known) => known === extensions?.['code']);
  const originalError =
    code === undefined
      ? new SubgraphInvalidError(subgraph, 'could not answer this field')
      : new SubgraphRefusedError(subgraph, code, message);
  return new GraphQLError(originalError.message, { originalError, path: path ?? null });
}
