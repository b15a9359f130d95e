import { parse, type DocumentNode } from 'graphql';
import type { Logger } from 'pino';
import { ConfigError, SubgraphError, SubgraphInvalidError } from '../errors.js';
import { composeSupergraph, CompositionError } from './compose.js';
import { OWN_GRAPH } from './federation.types.js';
import type { KnownSchemas } from './known-schemas.js';
import type { SubgraphExchange } from './subgraph-exchange.js';
import type { SupergraphSource } from './supergraph-source.types.js';

export interface SubgraphsSourceOptions {
  readonly ownSdl: string;
  readonly exchanges: readonly SubgraphExchange[];
  readonly known: KnownSchemas;
  readonly log: Logger;
}

type Looked = { readonly sdl: string } | { readonly error: SubgraphError };

/** Our own schema composed with those that the subgraphs say they have. */
export class SubgraphsSource implements SupergraphSource {
  readonly #schemas = new Map<string, string>();
  readonly #down = new Set<string>();
  /** What was composed last, or failed to. */
  #tried = '';

  constructor(private readonly options: SubgraphsSourceOptions) {}

  /** One that does not answer is there with the schema it last had, or not yet; one that answers nonsense is an error. */
  async first(): Promise<DocumentNode> {
    const problems: string[] = [];
    const remembered: string[] = [];
    for (const [name, looked] of await this.#lookAtAll()) {
      if ('sdl' in looked) {
        this.#schemas.set(name, looked.sdl);
        continue;
      }
      if (looked.error instanceof SubgraphInvalidError) problems.push(looked.error.message);
      const sdl = await this.options.known.read(name);
      if (sdl === null) continue;
      this.#schemas.set(name, sdl);
      remembered.push(name);
    }
    if (problems.length > 0) throw new ConfigError(problems.map((problem) => `SUBGRAPHS: ${problem}`));
    const supergraph = this.#firstOf(remembered);
    await this.#keep();
    return supergraph;
  }

  async next(): Promise<DocumentNode | null> {
    const schemas = new Map(this.#schemas);
    for (const [name, looked] of await this.#lookAtAll()) {
      if ('sdl' in looked) schemas.set(name, looked.sdl);
    }
    const text = JSON.stringify([...schemas]);
    if (text === this.#tried) return null;
    this.#tried = text;
    const supergraph = this.#composed(schemas);
    for (const [name, sdl] of schemas) this.#schemas.set(name, sdl);
    await this.#keep();
    return supergraph;
  }

  missing(): readonly string[] {
    return this.options.exchanges
      .map(({ address }) => address.name)
      .filter((name) => !this.#schemas.has(name));
  }

  /** What is only remembered must not keep the others from being served. */
  #firstOf(remembered: readonly string[]): DocumentNode {
    try {
      return this.#composed(this.#schemas);
    } catch (error) {
      if (!(error instanceof CompositionError)) throw error;
      if (remembered.length === 0) throw new ConfigError(error.problems.map((line) => `SUBGRAPHS: ${line}`));
      this.options.log.warn(
        { subgraphs: remembered, problems: error.problems },
        'subgraphs that do not answer no longer fit with their last schemas: their fields are not there yet',
      );
    }
    for (const name of remembered) this.#schemas.delete(name);
    return this.#firstOf([]);
  }

  #composed(schemas: ReadonlyMap<string, string>): DocumentNode {
    this.#tried = JSON.stringify([...schemas]);
    const others = this.options.exchanges.flatMap(({ address: { name, url } }) => {
      const sdl = schemas.get(name);
      return sdl === undefined ? [] : [{ name, url, sdl }];
    });
    const own = { name: OWN_GRAPH, url: 'http://in-this-process/', sdl: this.options.ownSdl };
    return parse(composeSupergraph([own, ...others]));
  }

  async #keep(): Promise<void> {
    for (const [name, sdl] of this.#schemas) await this.options.known.write(name, sdl);
  }

  async #lookAtAll(): Promise<(readonly [string, Looked])[]> {
    return Promise.all(
      this.options.exchanges.map(
        async (exchange) => [exchange.address.name, await this.#look(exchange)] as const,
      ),
    );
  }

  async #look(exchange: SubgraphExchange): Promise<Looked> {
    const { name } = exchange.address;
    try {
      const sdl = await schemaOf(exchange);
      if (this.#down.delete(name)) this.options.log.info({ subgraph: name }, 'the subgraph answers again');
      return { sdl };
    } catch (error) {
      if (!(error instanceof SubgraphError)) throw error;
      if (!this.#down.has(name)) this.options.log.warn({ subgraph: name }, error.message);
      this.#down.add(name);
      return { error };
    }
  }
}

async function schemaOf(exchange: SubgraphExchange): Promise<string> {
  const { data } = await exchange.ask({
    query: '{ _service { sdl } }',
    variables: {},
    headers: {},
    isRead: true,
  });
  const service = data?.['_service'];
  if (
    typeof service === 'object' &&
    service !== null &&
    'sdl' in service &&
    typeof service.sdl === 'string'
  ) {
    return service.sdl;
  }
  throw new SubgraphInvalidError(
    exchange.address.name,
    'does not answer `{ _service { sdl } }`: it must be a subgraph',
  );
}
