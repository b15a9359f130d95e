import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { composeSupergraph } from '../src/federation/compose.js';
import { OWN_GRAPH } from '../src/federation/federation.types.js';
import { subgraphText } from './schema-file.js';

export const SUPERGRAPH_FILE = fileURLToPath(new URL('../schema/supergraph.graphql', import.meta.url));

/** A partner's schema in a file, and the address that the supergraph shall name for it. */
export interface SubgraphFile {
  readonly name: string;
  readonly file: string;
  readonly url: string;
}

const EXAMPLE: SubgraphFile = {
  name: 'reviews',
  file: fileURLToPath(new URL('../examples/reviews/schema.graphql', import.meta.url)),
  url: 'http://127.0.0.1:4401/graphql',
};

/** Our schema composed with these, or with the example's. Throws CompositionError when they do not fit. */
export async function supergraphText(subgraphs: readonly SubgraphFile[] = [EXAMPLE]): Promise<string> {
  const own = { name: OWN_GRAPH, url: 'http://127.0.0.1:4000/graphql', sdl: subgraphText() };
  const others = await Promise.all(
    subgraphs.map(async ({ name, url, file }) => ({ name, url, sdl: await readFile(file, 'utf8') })),
  );
  return `${composeSupergraph([own, ...others])}\n`;
}
