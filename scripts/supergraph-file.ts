import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../src/errors.js';
import { composeSupergraph, type ComposedGraph } from '../src/federation/compose.js';
import { OWN_GRAPH } from '../src/federation/federation.types.js';
import { subgraphText } from './schema-file.js';

export const SUPERGRAPH_FILE = fileURLToPath(new URL('../schema/supergraph.graphql', import.meta.url));

/** A partner's schema in a file, and the address that the supergraph shall name for it. `file`: as it was named. */
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

export const OWN_URL = 'http://127.0.0.1:4000/graphql';

/**
 * Our schema, served at `ownUrl`, composed with these, or with the example's. Throws CompositionError when they do not fit,
 * ConfigError for files that cannot be read.
 */
export async function supergraphText(
  subgraphs: readonly SubgraphFile[] = [EXAMPLE],
  ownUrl = OWN_URL,
): Promise<string> {
  const read = await Promise.all(subgraphs.map(withSchema));
  const unreadable = read.flatMap((each) => ('problem' in each ? [each.problem] : []));
  if (unreadable.length > 0) throw new ConfigError(unreadable);
  const others = read.flatMap((each) => ('sdl' in each ? [each] : []));
  return `${composeSupergraph([{ name: OWN_GRAPH, url: ownUrl, sdl: subgraphText() }, ...others])}\n`;
}

async function withSchema({
  name,
  url,
  file,
}: SubgraphFile): Promise<ComposedGraph | { readonly problem: string }> {
  try {
    return { name, url, sdl: await readFile(file, 'utf8') };
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { problem: `${name}=${file}: ${resolve(file)} cannot be read (${reason})` };
  }
}
