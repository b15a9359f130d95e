import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { KEY_PREFIX, type ApiKeyEntry } from '../auth/api-keys.js';
import { SCOPES } from '../domain/caller.js';
import { INSTITUTION_CODE, quote } from '../domain/ids.js';

/** Of an API key. */
export const KEY_NAME = /^[\w.@-]{1,64}$/;

export type ParsedKeys =
  | { readonly keys: readonly ApiKeyEntry[] }
  /** Each with its place, and without a value: somebody may have stored the key itself. */
  | { readonly problems: readonly string[] };

const RULES = {
  name: 'must be 1 to 64 letters, digits or . _ - @',
  sha256: 'must be the SHA-256 of the key, in 64 hexadecimal digits, as `npm run key` prints it',
  scopes: `must be a list with at least one of ${SCOPES.join(', ')}`,
  institutions: 'must be a list of codes of institutions, or be left out for all of them',
} as const;

const apiKey = z.strictObject({
  name: z.string().regex(KEY_NAME),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  scopes: z.array(z.enum(SCOPES)).min(1),
  institutions: z.array(z.string().regex(INSTITUTION_CODE)).min(1).optional(),
});

const MOST_PROBLEMS = 5;

/** The text of `API_KEYS`, or of the file that `API_KEYS_FILE` names. */
export function parseApiKeys(text: string): ParsedKeys {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problems: [`${LIST}: it is no JSON`] };
  }
  if (!Array.isArray(value)) return { problems: [`${LIST}: it is no list`] };
  const read = value.map((entry: unknown) => apiKey.safeParse(entry));
  const problems = read.flatMap(({ error }, at) =>
    error === undefined
      ? []
      : problemsOfEntry(error.issues, value[at]).map((rule) => `entry ${at + 1}${rule}`),
  );
  if (problems.length > 0) return { problems: problems.slice(0, MOST_PROBLEMS) };
  return { keys: read.flatMap(({ data }) => (data === undefined ? [] : [data])) };
}

const LIST = 'must be a JSON list, [ … ] with commas between them, of the entries that `npm run key` prints';

/** One for each member, however much is wrong in it. The name is told where it is one, and cannot be the key. */
function problemsOfEntry(issues: readonly z.core.$ZodIssue[], entry: unknown): string[] {
  const { name } = Object(entry) as { readonly name?: unknown };
  const isTold = typeof name === 'string' && KEY_NAME.test(name) && !name.startsWith(KEY_PREFIX);
  const whose = isTold ? ` (${quote(name)})` : '';
  const rules = issues.map((issue) => {
    const [member] = issue.path;
    if (issue.code === 'unrecognized_keys') return `has what no key has${membersOf(issue.keys)}`;
    if (member === undefined) return 'must be an object, as `npm run key` prints it';
    const isMissing = !Object.hasOwn(Object(entry) as object, member);
    return `${String(member)} ${isMissing ? 'is missing: it ' : ''}${RULES[member as keyof typeof RULES]}`;
  });
  return [...new Set(rules)].map((rule) => `${whose}: ${rule}`);
}

/** Where they are words: a key can stand anywhere. */
function membersOf(names: readonly string[]): string {
  const words = names.filter((name) => /^[a-zA-Z_]{1,24}$/.test(name));
  return words.length === 0 ? '' : `: ${words.join(', ')}`;
}

/** Why a file could not be read, as one of the problems. */
export function unreadableFile(path: string, error: unknown): string {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
  return `cannot be read: ${path} (${reason})`;
}

export function absolutePath(path: string, workingDirectory: string): string {
  return isAbsolute(path) ? path : resolve(workingDirectory, path);
}
