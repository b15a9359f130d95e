import { startReviews } from './server.js';

/** `npm run example:reviews`: the subgraph on port 4401, or on the one in REVIEWS_PORT. */
const { url } = await startReviews(Number(process.env['REVIEWS_PORT'] ?? 4401));
process.stdout.write(`Reviews, a subgraph for Foyer: SUBGRAPHS=reviews=${url} npm start\n`);
