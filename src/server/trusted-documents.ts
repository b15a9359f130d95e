import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import type { Caller } from '../domain/caller.js';
import { ForbiddenError, InvalidInputError, NotFoundError, type GatewayError } from '../errors.js';

/** The documents that partners have told us beforehand. */
export interface ListedDocuments {
  readonly byId: ReadonlyMap<string, string>;
  /** SHA-256, in hexadecimal, of texts that are trusted and only the clients have. */
  readonly hashes: ReadonlySet<string>;
}

/** What a client sent, as far as it says which document is to be run. */
export interface DocumentRequest {
  readonly query?: unknown;
  /** As the appendix on persisted documents of GraphQL over HTTP has it: an id of the list, or `sha256:` and a hash. */
  readonly documentId?: unknown;
  /** In `persistedQuery.sha256Hash`: the same as Apollo's clients send it. */
  readonly extensions?: unknown;
  readonly operationName?: unknown;
}

/** Who asks, and by which id that is found in the logs. */
export interface DocumentAsker {
  readonly caller: Pick<Caller, 'isAnonymous' | 'scopes'>;
  readonly correlationId: string;
}

export type ResolvedRequest<Request> = { readonly request: Request } | { readonly refusal: GatewayError };

/** Which documents may be run, and what an id stands for. */
export interface TrustedDocuments {
  /**
   * The request with the text to run as its `query`, and no id beside it; untouched when it names no document at all,
   * which nothing runs. Refusals are NOT_FOUND (an id), FORBIDDEN (a text) or BAD_USER_INPUT. Operators may run any text.
   */
  resolve<Request extends DocumentRequest>(request: Request, asker: DocumentAsker): ResolvedRequest<Request>;
}

export interface TrustedDocumentsOptions {
  readonly listed: ListedDocuments;
  readonly mode: 'log' | 'enforce';
}

export function createTrustedDocuments(
  { listed, mode }: TrustedDocumentsOptions,
  { log, metrics }: { readonly log: Logger; readonly metrics: Registry },
): TrustedDocuments {
  const texts = new Set(listed.byId.values());
  const byId = withHashes(listed.byId);
  const outcome = mode === 'log' ? 'run' : 'refused';
  const untrusted = new Counter({
    name: 'foyer_untrusted_documents_total',
    help: 'Documents asked for that are not in TRUSTED_DOCUMENTS, by what became of them',
    labelNames: ['outcome'],
    registers: [metrics],
  });
  untrusted.inc({ outcome }, 0);
  const logOnce = onceForEach(MAX_LOGGED);

  const isTrusted = (text: string): boolean =>
    texts.has(text) || (listed.hashes.size > 0 && listed.hashes.has(sha256Of(text)));

  const refuseText = (
    text: string,
    { operationName }: DocumentRequest,
    correlationId: string,
  ): GatewayError | null => {
    untrusted.inc({ outcome });
    const sha256 = sha256Of(text);
    // Never the text itself: values of buyers may be written in it.
    logOnce(sha256, () => {
      const name = typeof operationName === 'string' && NAME.test(operationName) ? operationName : null;
      log.warn({ correlationId, sha256, operationName: name, outcome }, 'a document is not trusted');
    });
    return mode === 'enforce' ? new ForbiddenError(ONLY_TRUSTED) : null;
  };

  return {
    resolve(request, { caller, correlationId }) {
      const text = typeof request.query === 'string' && request.query !== '' ? request.query : null;
      const id = idIn(request);
      if (id instanceof InvalidInputError) return { refusal: id };
      const known = id === null ? undefined : byId.get(id.value);
      if (known !== undefined) {
        return text === null || text === known
          ? { request: asking(request, known) }
          : { refusal: OTHER_TEXT };
      }
      if (text === null) {
        if (id === null) return { request };
        untrusted.inc({ outcome: 'refused' });
        return { refusal: id.unknown };
      }
      const refusal = isOperator(caller) || isTrusted(text) ? null : refuseText(text, request, correlationId);
      return refusal === null ? { request: asking(request, text) } : { refusal };
    },
  };
}

/** Where everybody may do everything, nobody has shown that he is one. */
function isOperator({ isAnonymous, scopes }: DocumentAsker['caller']): boolean {
  return !isAnonymous && scopes.has('operator');
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** So many different documents are logged in the life of a process; the counter goes on. */
const MAX_LOGGED = 1_000;
const NAME = /^[_A-Za-z]\w{0,63}$/;
const ONLY_TRUSTED = 'Only documents that this gateway was told beforehand are answered';
const OTHER_TEXT = new InvalidInputError(
  'query',
  'must be the document that the id stands for, or be left out',
);
const UNKNOWN_ID = new NotFoundError('No document has this id: send the text itself');
/** Apollo's clients know the error by these words, and then send the text. */
const UNKNOWN_HASH = new NotFoundError('PersistedQueryNotFound');

interface GivenId {
  readonly value: string;
  /** What to answer when nothing is known by it. */
  readonly unknown: GatewayError;
}

/** Every document can also be asked for by the hash of its text, whatever its id in the list. */
function withHashes(byId: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const hashes = [...byId.values()].flatMap((text): [string, string][] => {
    const hash = sha256Of(text);
    return [
      [hash, text],
      [`sha256:${hash}`, text],
    ];
  });
  return new Map([...hashes, ...byId]);
}

function idIn({ documentId, extensions }: DocumentRequest): GivenId | InvalidInputError | null {
  if (documentId !== undefined && documentId !== null) {
    return typeof documentId === 'string'
      ? { value: documentId, unknown: UNKNOWN_ID }
      : new InvalidInputError('documentId', 'must be a text');
  }
  const persisted = isRecord(extensions) ? extensions['persistedQuery'] : undefined;
  if (persisted === undefined || persisted === null) return null;
  const hash = isRecord(persisted) ? persisted['sha256Hash'] : undefined;
  return typeof hash === 'string'
    ? { value: hash, unknown: UNKNOWN_HASH }
    : new InvalidInputError('extensions.persistedQuery.sha256Hash', 'must be a text');
}

/** Without what named it: GraphQL would take the one for nothing and the other for a feature it does not have. */
function asking<Request extends DocumentRequest>(request: Request, query: string): Request {
  const { documentId: _, extensions, ...rest } = request;
  const others = isRecord(extensions)
    ? Object.fromEntries(Object.entries(extensions).filter(([name]) => name !== 'persistedQuery'))
    : extensions;
  return { ...rest, query, ...(others === undefined ? {} : { extensions: others }) } as unknown as Request;
}

function onceForEach(maximum: number): (key: string, act: () => void) => void {
  const seen = new Set<string>();
  return (key, act) => {
    if (seen.has(key) || seen.size >= maximum) return;
    seen.add(key);
    act();
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
