import { readFile } from 'node:fs/promises';
import { GraphQLError, parse } from 'graphql';
import { quote } from '../domain/ids.js';
import { ConfigError } from '../errors.js';
import { sha256Of, type ListedDocuments } from '../server/trusted-documents.js';

/**
 * The file that `TRUSTED_DOCUMENTS` names, in one of the forms in which tools write it: an object of texts by id (Relay,
 * GraphQL Code Generator), the manifest of Apollo's tools, or a list of texts and of SHA-256 hashes of texts. Throws a
 * ConfigError with everything that is wrong with it.
 */
export async function readTrustedDocumentsFile(path: string): Promise<ListedDocuments> {
  const entries = entriesIn(await contentOf(path));
  if (entries === null) throw problem(`must hold ${FORMS}`);
  if (entries.length === 0) throw problem('must hold at least one document: with none, all would be refused');
  const problems: string[] = [];
  const byId = new Map<string, string>();
  const hashes = new Set<string>();
  for (const [index, { id, text }] of entries.entries()) {
    const name = id === null ? `entry ${index + 1}` : `document ${quote(id)}`;
    if (typeof text !== 'string') {
      problems.push(`${name} must be a text`);
    } else if (id === null && SHA256.test(text)) {
      hashes.add(text.replace(/^sha256:/, ''));
    } else {
      const mistake = syntaxErrorIn(text);
      if (mistake !== null) problems.push(`${name} is no GraphQL document: ${mistake}`);
      byId.set(id ?? sha256Of(text), text);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems.map((line) => `TRUSTED_DOCUMENTS: ${line}`));
  return { byId, hashes };
}

const FORMS =
  'an object of documents by id, a manifest of persisted queries, or a list of documents and hashes';
const SHA256 = /^(?:sha256:)?[0-9a-f]{64}$/;

interface Entry {
  readonly id: string | null;
  readonly text: unknown;
}

async function contentOf(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw problem(`cannot be read: ${path} (${(error as NodeJS.ErrnoException).code ?? 'no reason given'})`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw problem(`must be JSON: ${path}`);
  }
}

function entriesIn(content: unknown): readonly Entry[] | null {
  if (Array.isArray(content)) return content.map((text: unknown) => ({ id: null, text }));
  if (!isRecord(content)) return null;
  if (content['format'] !== 'apollo-persisted-query-manifest') {
    return Object.entries(content).map(([id, text]) => ({ id, text }));
  }
  const { operations } = content;
  if (!Array.isArray(operations) || !operations.every(isOperation)) return null;
  return operations.map(({ id, body }) => ({ id, text: body }));
}

function isOperation(value: unknown): value is { readonly id: string; readonly body: unknown } {
  return isRecord(value) && typeof value['id'] === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function syntaxErrorIn(text: string): string | null {
  try {
    parse(text);
    return null;
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    throw error;
  }
}

function problem(rule: string): ConfigError {
  return new ConfigError([`TRUSTED_DOCUMENTS ${rule}`]);
}
