import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { examples } from './examples';

/** Two levels above this script, which is in `graphiql/assets/`: so the page also works below a path prefix. */
const script = import.meta.url;
const gateway = new URL('../../', script);
const endpoint = new URL('graphql', gateway);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';

const fetcher = createGraphiQLFetcher({
  url: endpoint.href,
  subscriptionUrl: socket.href,
  // A page like any other: without this header a GET would be refused, with it nothing changes for a POST.
  headers: { 'apollo-require-preflight': 'graphiql' },
});

createRoot(document.getElementById('graphiql')!).render(
  <GraphiQL fetcher={fetcher} defaultTabs={examples} defaultEditorToolsVisibility={false} schemaDescription>
    <GraphiQL.Logo>
      <a className="foyer-logo" href={gateway.pathname}>
        Foyer
      </a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
