import './style-nonce';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import { Page } from './page';

/** Two levels above this script, which is in `graphiql/assets/`: so the page also works below a path prefix. */
const script = import.meta.url;
const gateway = new URL('../../', script);
const root = document.getElementById('graphiql')!;

createRoot(root).render(<Page gateway={gateway} isGuarded={root.dataset['access'] === 'guarded'} />);
