import { readFile } from 'node:fs/promises';
import type { DocumentNode } from 'graphql';
import { ConfigError } from '../errors.js';
import { CompositionError } from './compose.js';
import { graphsOfSupergraph, readSupergraph } from './supergraph-graphs.js';
import type { SupergraphSource } from './supergraph-source.types.js';

/** A supergraph that somebody else composed, in a file that may be replaced at any time. */
export class FileSource implements SupergraphSource {
  #seen = '';

  constructor(private readonly path: string) {}

  async first(): Promise<DocumentNode> {
    const text = await readFile(this.path, 'utf8').catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new ConfigError([`SUBGRAPHS: the file ${this.path} cannot be read (${code})`]);
    });
    this.#seen = text;
    return checked(text);
  }

  async next(): Promise<DocumentNode | null> {
    // One that is just being replaced is looked at again.
    const text = await readFile(this.path, 'utf8').catch(() => this.#seen);
    if (text === this.#seen) return null;
    this.#seen = text;
    try {
      return checked(text);
    } catch (error) {
      throw error instanceof ConfigError ? new CompositionError(error.problems) : error;
    }
  }

  missing(): readonly string[] {
    return [];
  }
}

function checked(text: string): DocumentNode {
  const document = readSupergraph(text);
  graphsOfSupergraph(document);
  return document;
}
