import { createGraphiQLFetcher, type Fetcher, type FetcherParams } from '@graphiql/toolkit';
import { Kind, parse, type DocumentNode } from 'graphql';

/** Queries by POST, subscriptions over graphql-ws, both at the gateway's one endpoint. */
export function createFetcher(endpoint: URL): Fetcher {
  const socket = new URL(endpoint);
  socket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';
  const send = createGraphiQLFetcher({ url: endpoint.href, subscriptionUrl: socket.href });
  return (params, options) => {
    const document = tryParse(params.query);
    if (document === null) return send(params, options);
    return send(
      { ...params, operationName: operationNameIn(document, params) },
      { ...options, documentAST: document },
    );
  };
}

/**
 * For a moment after a change of tab the editor still tells the operation of the tab before; the text itself is
 * always the one to send.
 */
function operationNameIn(document: DocumentNode, { operationName }: FetcherParams): string | null {
  const names = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? [node.name?.value ?? null] : [],
  );
  return names.includes(operationName ?? null) ? (operationName ?? null) : (names[0] ?? null);
}

function tryParse(query: string): DocumentNode | null {
  try {
    return parse(query);
  } catch {
    return null;
  }
}
