import { startReviews } from '../examples/reviews/server.js';
import { load, type LoadResult } from './load.js';
import { startFoyerProcess, startSandboxProcess, type FoyerProcess } from './processes.js';
import { rounded, table } from './table.js';

const CONNECTIONS = 16;
const SECONDS = 8;
const REFERENCES = 100;

/** What a listing page asks, with what a partner adds to each performance, or without. */
const listing = (added: string): string =>
  `{ products(first: 20) { nodes { id name performances(first: 5) { nodes {
     id startsAt prices { amount { amount currency } } availability { color } ${added} } } } } }`;

const ENTITIES = `query ($of: [_Any!]!) { _entities(representations: $of) {
  ... on Performance { id name startsAt availability { color } } } }`;

/**
 * What does the supergraph cost? The same query is asked of Foyer alone, which is the peer, and of Foyer with a
 * subgraph beside it: first only for what is Foyer's own, then joined with the subgraph's. And a router's question for
 * 100 entities, against a list of as many.
 */
export async function benchFederation(): Promise<string> {
  await using reviews = await startReviews(0);
  const rows: (string | number)[][] = [
    ['question', 'req/s', 'p50 ms', 'p99 ms', 'share of its peer', 'failures'],
  ];

  const own = await (async () => {
    await using sandbox = await startSandboxProcess();
    await using foyer = await startFoyerProcess(sandbox.institutions);
    await foyer.ready;
    const alone = await ask(foyer, listing(''));
    const ids = await performanceIds(foyer);
    const of = ids.map((id) => ({ __typename: 'Performance', id }));
    const list = await ask(
      foyer,
      `{ performances(first: ${REFERENCES}) { nodes { id name startsAt availability { color } } } }`,
    );
    const entities = await ask(foyer, ENTITIES, { of });
    return { alone, list, entities };
  })();

  const supergraph = await (async () => {
    // A sandbox of its own, of the same seed: one gives its catalog once in ten minutes.
    await using sandbox = await startSandboxProcess();
    await using foyer = await startFoyerProcess(sandbox.institutions, {
      SUBGRAPHS: `reviews=${reviews.url}`,
    });
    await foyer.ready;
    return { plain: await ask(foyer, listing('')), joined: await ask(foyer, listing('averageStars')) };
  })();

  rows.push(
    row('listing, Foyer alone', own.alone, null),
    row("listing, supergraph, Foyer's own fields", supergraph.plain, own.alone),
    row('listing, supergraph, joined with reviews', supergraph.joined, own.alone),
    row(`list of ${REFERENCES} performances`, own.list, null),
    row(`_entities of ${REFERENCES} performances`, own.entities, own.list),
  );
  return table(rows);
}

function row(name: string, result: LoadResult, peer: LoadResult | null): (string | number)[] {
  return [
    name,
    rounded(result.requestsPerSecond, 0),
    rounded(result.p50Ms),
    rounded(result.p99Ms),
    peer === null ? '' : `${rounded((100 * result.requestsPerSecond) / peer.requestsPerSecond)} %`,
    result.failures,
  ];
}

/** Throws when the answer holds errors: they are fast. */
async function ask({ graphql }: FoyerProcess, query: string, variables: object = {}): Promise<LoadResult> {
  const body = JSON.stringify({ query, variables });
  await answered(graphql, body);
  return load({ url: graphql, body, connections: CONNECTIONS, seconds: SECONDS });
}

async function answered(url: string, body: string): Promise<unknown> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { data, errors } = (await answer.json()) as { data?: unknown; errors?: unknown };
  if (errors !== undefined) throw new Error(`the question is not answered: ${JSON.stringify(errors)}`);
  return data;
}

async function performanceIds({ graphql }: FoyerProcess): Promise<string[]> {
  const body = JSON.stringify({ query: `{ performances(first: ${REFERENCES}) { nodes { id } } }` });
  const data = (await answered(graphql, body)) as { performances: { nodes: { id: string }[] } };
  return data.performances.nodes.map(({ id }) => id);
}
