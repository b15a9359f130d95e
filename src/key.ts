#!/usr/bin/env node
import './production.js';
import './last-words.js';
import { parseArgs } from 'node:util';
import { hashOfKey, newApiKey } from './auth/api-keys.js';
import { KEY_NAME } from './config/api-keys.js';
import { SCOPES, isScope } from './domain/caller.js';
import { INSTITUTION_CODE, quote } from './domain/ids.js';

const HELP = `usage: npm run key -- --name NAME --scopes SCOPE,… [--institutions CODE,…]

Makes an API key. The key is shown once, on standard error; what is stored of it, an entry of API_KEYS or API_KEYS_FILE with
the key's hash, goes to standard output.

  --name NAME            whose orders are meant; two keys of one name are one caller
  --scopes SCOPE,…       of ${SCOPES.join(' ')}
  --institutions CODE,…  all there is for this caller; absent: every institution
`;

/** `npm run key`. */
function main(args: readonly string[]): number {
  const options = {
    name: { type: 'string' },
    scopes: { type: 'string' },
    institutions: { type: 'string' },
  } as const;
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch {
    return complain([`one of the options is not known\n\n${HELP}`]);
  }
  const name = values.name ?? '';
  const scopes = list(values.scopes);
  const institutions = list(values.institutions);
  const unknown = scopes.find((word) => !isScope(word));
  const malformed = institutions.find((code) => !INSTITUTION_CODE.test(code));
  const problems = [
    ...(KEY_NAME.test(name) ? [] : [`--name must be 1 to 64 letters, digits or . _ - @, got ${quote(name)}`]),
    ...(scopes.length > 0 ? [] : [`--scopes is missing: at least one of ${SCOPES.join(' ')}`]),
    ...(unknown === undefined ? [] : [`--scopes must be of ${SCOPES.join(' ')}, got ${quote(unknown)}`]),
    ...(malformed === undefined ? [] : [`--institutions must be a list of codes, got ${quote(malformed)}`]),
  ];
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
  return 1;
}

process.exitCode = main(process.argv.slice(2));
