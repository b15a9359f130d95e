import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';

/** What subgraphs last said their schemas are, kept over restarts: one that is down at the start has its fields then. */
export class KnownSchemas {
  constructor(
    private readonly dir: string,
    private readonly log: Logger,
  ) {}

  /** Null when it was never seen, or cannot be read. */
  read(subgraph: string): Promise<string | null> {
    return readFile(this.#file(subgraph), 'utf8').catch(() => null);
  }

  /** A folder that cannot be written costs no more than the memory. */
  async write(subgraph: string, sdl: string): Promise<void> {
    const file = this.#file(subgraph);
    try {
      await mkdir(this.dir, { recursive: true });
      await writeFile(`${file}.new`, sdl);
      await rename(`${file}.new`, file);
    } catch (error) {
      this.log.warn({ err: error, subgraph }, "the subgraph's schema could not be kept for a restart");
    }
  }

  #file(subgraph: string): string {
    return join(this.dir, `${subgraph}.graphql`);
  }
}
