import type { DocumentNode, GraphQLSchema, ValidationRule } from 'graphql';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { LiveSchema } from '../server/server.types.js';
import { CompositionError } from './compose.js';
import { OWN_GRAPH } from './federation.types.js';
import { missingSubgraphRule } from './missing-subgraph-rule.js';
import { ownOperations, type IsOwn } from './own-operations.js';
import { graphsOfSupergraph } from './supergraph-graphs.js';
import { supergraphSchema, type ExecutorOf } from './supergraph-schema.js';
import type { SupergraphSource } from './supergraph-source.types.js';

export interface SupergraphOptions {
  readonly source: SupergraphSource;
  readonly ownSchema: GraphQLSchema;
  readonly executorsOf: (supergraph: DocumentNode) => ExecutorOf;
  readonly pollMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The supergraph that is served: the last one that fits together. A new one takes its place as a whole; operations and
 * subscriptions that run go on with the one they began with.
 */
export class Supergraph implements LiveSchema {
  readonly rules: readonly ValidationRule[];
  readonly #listeners = new Set<(schema: GraphQLSchema) => void>();
  readonly #stopping = new AbortController();
  #served: Served;
  #isNewest = true;
  #polling: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: SupergraphOptions,
    first: DocumentNode,
  ) {
    this.#served = servedFrom(first, options);
    this.rules = [missingSubgraphRule(() => options.source.missing())];
  }

  /** Throws ConfigError when there is no supergraph to serve. */
  static async open(options: SupergraphOptions): Promise<Supergraph> {
    return new Supergraph(options, await options.source.first());
  }

  current(): GraphQLSchema {
    return this.#served.schema;
  }

  answering(document: DocumentNode): GraphQLSchema {
    const { schema, isOwn } = this.#served;
    return isOwn(document) ? this.options.ownSchema : schema;
  }

  /** False from a look that found what cannot be served, until one finds what can. */
  isNewest(): boolean {
    return this.#isNewest;
  }

  onSwap(listener: (schema: GraphQLSchema) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  start(): void {
    this.#polling = this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await this.options.clock.sleep(this.options.pollMs, signal);
      if (signal.aborted) return;
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { source, log } = this.options;
    try {
      const next = await source.next();
      if (next === null || this.#stopping.signal.aborted) return;
      this.#served = servedFrom(next, this.options);
      this.#isNewest = true;
      for (const listener of this.#listeners) listener(this.#served.schema);
      log.info('a new supergraph is served');
    } catch (error) {
      this.#isNewest = false;
      if (error instanceof CompositionError) {
        log.error({ problems: error.problems }, 'the changed schemas do not fit: the last supergraph stays');
      } else {
        log.error({ err: error }, 'the subgraphs could not be looked at: the last supergraph stays');
      }
    }
  }
}

interface Served {
  readonly schema: GraphQLSchema;
  readonly isOwn: IsOwn;
}

function servedFrom(supergraph: DocumentNode, { executorsOf, ownSchema }: SupergraphOptions): Served {
  const schema = supergraphSchema(supergraph, executorsOf(supergraph));
  const own = graphsOfSupergraph(supergraph).find(({ name }) => name === OWN_GRAPH)!;
  return { schema, isOwn: ownOperations(ownSchema, supergraph, own.id) };
}
