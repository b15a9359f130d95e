import { query } from './graphql-client.js';

/** Front ends that never stop asking for a page of products with their colors. */
export interface SteadyLoad extends AsyncDisposable {
  readonly answered: () => number;
  /** In words; empty while every answer was whole. */
  readonly failures: readonly string[];
  /** Asks this address no more, and forgets what fails there from now on: what answered there is gone or frozen. */
  leave(url: string): void;
  /** Ends when the questions under way are answered. */
  stop(): Promise<void>;
}

const PAGE = `{ products(first: 5) { nodes { name performances(first: 2) { nodes { startsAt availability { color } } } } } }`;
const PAUSE_MS = 20;

/** One front end for each address. */
export function startLoad(urls: readonly string[]): SteadyLoad {
  const left = new Set<string>();
  const failures: string[] = [];
  let answered = 0;
  const stopping = new AbortController();

  const ask = async (url: string): Promise<void> => {
    while (!stopping.signal.aborted && !left.has(url)) {
      const problem = await query(url, PAGE).then(
        ({ status, errors }) => (errors === undefined ? null : `${status} ${JSON.stringify(errors)}`),
        (error: unknown) => String(error),
      );
      if (problem === null) answered += 1;
      else if (!left.has(url)) failures.push(`${url}: ${problem}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const asking = urls.map((url) => ({ url, end: ask(url) }));
  const stop = async (): Promise<void> => {
    stopping.abort();
    // Whoever was left may never answer.
    await Promise.all(asking.filter(({ url }) => !left.has(url)).map(({ end }) => end));
  };
  return {
    answered: () => answered,
    failures,
    leave: (url) => void left.add(url),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
