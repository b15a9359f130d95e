import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { examples } from './examples';
import { createFetcher } from './fetcher';

/** Two levels above this script, which is in `graphiql/assets/`: so the page also works below a path prefix. */
const script = import.meta.url;
const gateway = new URL('../../', script);
const fetcher = createFetcher(new URL('graphql', gateway));

createRoot(document.getElementById('graphiql')!).render(
  <GraphiQL fetcher={fetcher} defaultTabs={examples} defaultEditorToolsVisibility={false} schemaDescription>
    <GraphiQL.Logo>
      <a className="foyer-logo" href={gateway.pathname}>
        Foyer
      </a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
