import { readCommandLine } from '../command-line.js';
import { quote } from '../domain/ids.js';

export type DoctorRequest =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }
  | {
      readonly kind: 'examine';
      /** A running gateway to look at, too; without a slash at the end. */
      readonly url: string | null;
      /** A file with its API key, so that the key is in no list of processes. */
      readonly apiKeyFile: string | null;
      readonly isJson: boolean;
    };

const OPTIONS = { url: 'value', 'api-key-file': 'value', json: 'switch' } as const;

/** Reads the arguments after the program's name; every problem is one line. */
export function readDoctorOptions(args: readonly string[]): DoctorRequest {
  const asked = readCommandLine(args, OPTIONS, { usage: USAGE });
  if (asked.kind === 'help') return asked;
  const { url = null, 'api-key-file': apiKeyFile = null } = asked.values;
  const problems = [...asked.problems];
  if (url !== null && (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))) {
    problems.push(`--url must be the http(s) address of a gateway, got ${quote(url)}`);
  }
  if (apiKeyFile !== null && url === null && problems.length === 0) {
    problems.push('--api-key-file is the key of the gateway at --url, which is missing');
  }
  if (problems.length > 0) return { kind: 'wrong', problems };
  return {
    kind: 'examine',
    url: url?.replace(/\/+(graphql)?\/*$/, '') ?? null,
    apiKeyFile,
    isJson: asked.switches.has('json'),
  };
}

const USAGE = 'usage: npm run doctor -- [--url ADDRESS] [--api-key-file FILE] [--json]';

export const HELP = `${USAGE}

Looks at the configuration, the homes of what is kept (CACHE_DIR, PostgreSQL, Redis) and each institution's S-360: the
way to it, its certificate, its clock, its descriptions against those that this version was made for, the operator's
password, the pending account. Says in words what to do. Changes nothing.

  --url ADDRESS         a running gateway: is it ready, what has it seen of S-360
  --api-key-file FILE   a key of that gateway with the scope \`operator\`
  --json                findings as JSON on standard output
  --help                this text

Settings are the gateway's own environment. Without S360_INSTITUTIONS it is the embedded sandbox that is looked at.

Exit codes: 0 no problem (there may be warnings), 1 a problem, 2 it could not be looked.

What it costs: nine calls to each S-360, which count in the month's allowance. With REDIS_URL they are bought like those of one
more replica, and where no turn is left in a minute it says so; without, a running gateway does not know of them in its minute.
`;
