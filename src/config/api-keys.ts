import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import type { ApiKeyEntry } from '../auth/api-keys.js';
import { SCOPES } from '../domain/caller.js';
import { INSTITUTION_CODE } from '../domain/ids.js';

/** Of an API key. */
export const KEY_NAME = /^[\w.@-]{1,64}$/;

export type ParsedKeys =
  | { readonly keys: readonly ApiKeyEntry[] }
  /** Each with its place, and without a value: somebody may have stored the key itself. */
  | { readonly problems: readonly string[] };

const apiKeys = z.array(
  z.strictObject({
    name: z.string().regex(KEY_NAME, 'must be 1 to 64 letters, digits or . _ - @'),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the key, in 64 hexadecimal digits'),
    scopes: z.array(z.enum(SCOPES)).min(1),
    institutions: z.array(z.string().regex(INSTITUTION_CODE)).min(1).optional(),
  }),
);

const MOST_PROBLEMS = 5;

/** The text of `API_KEYS`, or of the file that `API_KEYS_FILE` names. */
export function parseApiKeys(text: string): ParsedKeys {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problems: ['must be a JSON list of keys, as `npm run key` writes them: it is no JSON'] };
  }
  const { success, data, error } = apiKeys.safeParse(value);
  if (success) return { keys: data };
  return {
    problems: error.issues
      .slice(0, MOST_PROBLEMS)
      .map(({ path, message }) => `[${path.join('.')}] ${message}`),
  };
}

/** Why a file could not be read, as one of the problems. */
export function unreadableFile(error: unknown): string {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
  return `cannot be read: ${reason}`;
}

export function absolutePath(path: string, workingDirectory: string): string {
  return isAbsolute(path) ? path : resolve(workingDirectory, path);
}
