#!/usr/bin/env node
import './production.js';
import './last-words.js';
import { WRONG_ARGUMENTS, readCommandLine } from './command-line.js';
import { hashOfKey, newApiKey } from './auth/api-keys.js';
import { KEY_NAME } from './config/api-keys.js';
import { SCOPES, isScope } from './domain/caller.js';
import { INSTITUTION_CODE, quote } from './domain/ids.js';

const USAGE = 'usage: npm run key -- --name NAME --scopes SCOPE,… [--institutions CODE,…]';

const HELP = `${USAGE}

Makes an API key. The key is shown once, on standard error; what is stored of it, an entry of API_KEYS or API_KEYS_FILE with
the key's hash, goes to standard output.

  --name NAME            whose orders are meant; two keys of one name are one caller
  --scopes SCOPE,…       of ${SCOPES.join(' ')}
  --institutions CODE,…  all there is for this caller; absent: every institution
  --help                 this text

Exit codes: 0 a key was made, ${WRONG_ARGUMENTS} the arguments are wrong.
`;

const OPTIONS = { name: 'value', scopes: 'value', institutions: 'value' } as const;

/** `npm run key`. */
function main(args: readonly string[]): number {
  const asked = readCommandLine(args, OPTIONS, { usage: USAGE });
  if (asked.kind === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const { name, ...lists } = asked.values;
  const scopes = list(lists.scopes);
  const institutions = list(lists.institutions);
  const problems = [...asked.problems];
  if (problems.length === 0) {
    if (name === undefined) problems.push(`--name is missing; ${USAGE}`);
    if (scopes.length === 0) problems.push(`--scopes is missing: at least one of ${SCOPES.join(' ')}`);
  }
  const unknown = scopes.find((word) => !isScope(word));
  const malformed = institutions.find((code) => !INSTITUTION_CODE.test(code));
  if (name !== undefined && !KEY_NAME.test(name))
    problems.push(`--name must be 1 to 64 letters, digits or . _ - @, got ${quote(name)}`);
  if (unknown !== undefined) problems.push(`--scopes must be of ${SCOPES.join(' ')}, got ${quote(unknown)}`);
  if (malformed !== undefined)
    problems.push(`--institutions must be a list of codes, got ${quote(malformed)}`);
  if (problems.length > 0) return complain(problems);
  const key = newApiKey();
  const entry = { name, sha256: hashOfKey(key), scopes, ...(institutions.length > 0 && { institutions }) };
  process.stderr.write(`The key, which is shown this once: ${key}\n`);
  process.stdout.write(`${JSON.stringify(entry)}\n`);
  return 0;
}

function list(text: string | undefined): string[] {
  return (text ?? '').split(/[ ,]+/).filter((word) => word !== '');
}

function complain(problems: readonly string[]): number {
  process.stderr.write(problems.map((line) => `key: ${line}\n`).join(''));
  return WRONG_ARGUMENTS;
}

process.exitCode = main(process.argv.slice(2));
