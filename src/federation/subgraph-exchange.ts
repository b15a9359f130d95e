import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { SubgraphInvalidError, SubgraphTimeoutError, SubgraphUnavailableError } from '../errors.js';
import type { SubgraphAddress, SubgraphAnswered } from './federation.types.js';

/** A question as it goes over the wire. */
export interface SubgraphQuestion {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Only what changes nothing is asked a second time. */
  readonly isRead: boolean;
}

/** An answer of the shape that GraphQL promises; what is in it is the subgraph's. */
export interface SubgraphAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly AnsweredError[];
}

export interface AnsweredError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

const CONNECT_TIMEOUT_MS = 2_000;
const MAX_CONNECTIONS = 50;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** Up to this long before the second try, so that many who failed at once do not come back at once. */
const RETRY_JITTER_MS = 100;

/** Keep-alive connections to one subgraph. Follows no redirection, and takes no answer above 8 MB. */
export class SubgraphExchange {
  readonly #pool: Pool;
  readonly #path: string;

  constructor(
    readonly address: SubgraphAddress,
    private readonly deadlineMs: number,
    private readonly onAnswered: (answer: SubgraphAnswered) => void = () => undefined,
  ) {
    const { origin, pathname, search } = new URL(address.url);
    this.#path = pathname + search;
    this.#pool = new Pool(origin, {
      connections: MAX_CONNECTIONS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * Throws SubgraphUnavailableError when it cannot be reached or says that it cannot answer, after a second try of a
   * read; SubgraphTimeoutError at the deadline of both together; SubgraphInvalidError for what is no answer.
   */
  async ask(question: SubgraphQuestion): Promise<SubgraphAnswer> {
    const deadline = AbortSignal.timeout(this.deadlineMs);
    try {
      return await this.#counted(question, deadline);
    } catch (error) {
      if (!(error instanceof SubgraphUnavailableError) || !question.isRead || deadline.aborted) throw error;
    }
    await pause(Math.random() * RETRY_JITTER_MS);
    return this.#counted(question, deadline);
  }

  /** Cuts what is still under way. May be called twice. */
  async stop(): Promise<void> {
    if (!this.#pool.destroyed) await this.#pool.destroy();
  }

  async #counted(question: SubgraphQuestion, deadline: AbortSignal): Promise<SubgraphAnswer> {
    const startedAt = performance.now();
    const tell = (outcome: SubgraphAnswered['outcome']): void =>
      this.onAnswered({ subgraph: this.address.name, outcome, ms: performance.now() - startedAt });
    try {
      const answer = await this.#once(question, deadline);
      tell('success');
      return answer;
    } catch (error) {
      tell(outcomeOf(error));
      throw error;
    }
  }

  async #once({ query, variables, headers }: SubgraphQuestion, signal: AbortSignal): Promise<SubgraphAnswer> {
    const { name } = this.address;
    try {
      const { statusCode, body } = await this.#pool.request({
        path: this.#path,
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
        },
        body: JSON.stringify({ query, variables }),
        signal,
      });
      const text = await limitedText(body, name);
      if (statusCode >= 500 || statusCode === 429) {
        throw new SubgraphUnavailableError(name, `answered HTTP ${statusCode}`);
      }
      return readAnswer(parsed(text, name, statusCode), name);
    } catch (error) {
      if (error instanceof SubgraphUnavailableError || error instanceof SubgraphInvalidError) throw error;
      if (signal.aborted) {
        throw new SubgraphTimeoutError(name, `did not answer within ${this.deadlineMs} ms`, { cause: error });
      }
      throw new SubgraphUnavailableError(name, 'cannot be reached', { cause: error });
    }
  }
}

function outcomeOf(error: unknown): SubgraphAnswered['outcome'] {
  if (error instanceof SubgraphTimeoutError) return 'timeout';
  return error instanceof SubgraphInvalidError ? 'invalid' : 'unavailable';
}

async function limitedText(body: AsyncIterable<Buffer>, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) {
      throw new SubgraphInvalidError(name, `answered more than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string, name: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SubgraphInvalidError(name, `answered HTTP ${status} with what is not JSON`);
  }
}

/** Throws SubgraphInvalidError for what has not the shape of a GraphQL answer. */
export function readAnswer(value: unknown, name: string): SubgraphAnswer {
  if (isAnswer(value)) return value;
  throw new SubgraphInvalidError(name, 'answered without data or errors');
}

function isAnswer(value: unknown): value is SubgraphAnswer {
  if (typeof value !== 'object' || value === null) return false;
  const { data, errors } = value as { readonly data?: unknown; readonly errors?: unknown };
  const hasErrors = Array.isArray(errors) && errors.length > 0 && errors.every(isAnsweredError);
  if (errors !== undefined && !hasErrors) return false;
  return (typeof data === 'object' && data !== null && !Array.isArray(data)) || hasErrors;
}

function isAnsweredError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('message' in value)) return false;
  return typeof value.message === 'string' && (!('path' in value) || Array.isArray(value.path));
}
