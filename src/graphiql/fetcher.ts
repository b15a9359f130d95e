import { createGraphiQLFetcher, type Fetcher, type FetcherParams } from '@graphiql/toolkit';
import { Kind, OperationTypeNode, parse, type OperationDefinitionNode } from 'graphql';
import { credentialHeaders, type Verdict } from './credential';
import { subscribeOver } from './subscriptions';
import { verdictOfAnswer, verdictOfClose, wordsFor } from './verdict';

export interface FetcherOptions {
  readonly endpoint: URL;
  /** An API key or a token; empty: none was given; null: the gateway asks for none. */
  readonly credential: string | null;
  readonly onVerdict: (verdict: Verdict) => void;
}

/** Queries by POST, subscriptions over graphql-ws, both at the gateway's one endpoint, with the credential. */
export function createFetcher({ endpoint, credential, onVerdict }: FetcherOptions): Fetcher {
  const isGiven = credential !== null && credential !== '';
  // The password that opened the page is not for the graph; where nothing else is sent, browsers would send it by themselves.
  const credentials = credential === '' ? 'omit' : 'same-origin';
  const socket = new URL(endpoint);
  socket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';
  const ask = (isIntrospection: boolean): typeof fetch => {
    return async (input, init) => {
      const response = await fetch(input, { ...init, credentials });
      if (credential === null) return response;
      const hasCredential = isGiven || new Headers(init?.headers).has('authorization');
      const verdict = await verdictOfAnswer(response, { isIntrospection, hasCredential });
      if (verdict !== null) onVerdict(verdict);
      // GraphiQL would show the answer as it came.
      if (isIntrospection && verdict !== null && verdict.kind !== 'good') throw new Error(wordsFor(verdict));
      return response;
    };
  };
  const send = createGraphiQLFetcher({
    url: endpoint.href,
    fetch: ask(false),
    enableIncrementalDelivery: false,
  });
  const introspect = createGraphiQLFetcher({
    url: endpoint.href,
    fetch: ask(true),
    enableIncrementalDelivery: false,
  });
  return (params, options) => {
    const headers = credentialHeaders(credential ?? '', options?.headers);
    const operation = operationIn(params);
    const named = operation === null ? params : { ...params, operationName: operation.name?.value ?? null };
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) {
      const onClosed = (event: CloseEvent): void => {
        const verdict = verdictOfClose(event, isGiven);
        if (verdict !== null) onVerdict(verdict);
      };
      return subscribeOver({ url: socket.href, connectionParams: headers, onClosed }, named);
    }
    const isIntrospection = params.operationName === 'IntrospectionQuery';
    return (isIntrospection ? introspect : send)(named, { ...options, headers });
  };
}

/**
 * For a moment after a change of tab the editor still tells the operation of the tab before; the text itself is
 * always the one to send.
 */
function operationIn({ query, operationName }: FetcherParams): OperationDefinitionNode | null {
  try {
    const operations = parse(query).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    return operations.find(({ name }) => name?.value === operationName) ?? operations[0] ?? null;
  } catch {
    return null;
  }
}
