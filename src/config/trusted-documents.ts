import { isAbsolute, resolve } from 'node:path';
import type { EnvironmentReader } from './environment.js';

/** Variables of the documents that may be run; null: all that keep to the limits. */
export interface TrustedDocumentsConfig {
  readonly path: string;
  /** What becomes of others: run and logged, or refused. */
  readonly mode: 'log' | 'enforce';
}

export function readTrustedDocuments(
  read: EnvironmentReader,
  workingDirectory: string,
): TrustedDocumentsConfig | null {
  const path = read.text('TRUSTED_DOCUMENTS');
  // Whoever gives a list and says nothing else wants it kept to.
  const mode = read.oneOf(
    'TRUSTED_DOCUMENTS_MODE',
    ['off', 'log', 'enforce'] as const,
    path === null ? 'off' : 'enforce',
  );
  if (mode === 'off') return null;
  if (path === null) {
    read.problem('TRUSTED_DOCUMENTS', `is missing: TRUSTED_DOCUMENTS_MODE=${mode} needs a file of documents`);
    return null;
  }
  return { path: isAbsolute(path) ? path : resolve(workingDirectory, path), mode };
}

/** What is odd with it, one line each. */
export function trustedDocumentsWarnings(
  config: TrustedDocumentsConfig | null,
  others: { readonly graphiql: 'everybody' | 'operators' | 'nobody' },
): string[] {
  if (config?.mode !== 'enforce' || others.graphiql !== 'everybody') return [];
  return [
    'GRAPHIQL is for everybody, but TRUSTED_DOCUMENTS is enforced: whoever is no operator is refused there whatever is not listed, the schema too',
  ];
}
