import { CONTRACT_VARIABLES } from './contract.js';
import type { Environment } from './environment.js';
import { INSTITUTION_VARIABLES, variablePrefix, type InstitutionConfig } from './institutions.js';
import { isSandboxSymbology, SANDBOX_VARIABLES } from './sandbox.js';

/**
 * A line for each misspelt setting, which is otherwise found only by its absence: what begins like ours, or is a slip away
 * from one of those in `asked`.
 */
export function unknownVariables(
  env: Environment,
  institutions: readonly InstitutionConfig[] | null,
  asked: ReadonlySet<string>,
): string[] {
  const known = new Set([
    'S360_INSTITUTIONS',
    ...CONTRACT_VARIABLES,
    ...SANDBOX_VARIABLES,
    ...(institutions ?? []).flatMap(({ code }) =>
      INSTITUTION_VARIABLES.map((name) => variablePrefix(code) + name),
    ),
  ]);
  return Object.keys(env).flatMap((name) => {
    if (known.has(name) || asked.has(name) || (institutions === null && isSandboxSymbology(name))) return [];
    const meant = [...asked].find((each) => isSlipOf(name, each));
    if (meant !== undefined) return [`${name} is not a setting, but ${meant} is: it has no effect`];
    if (!/^(S360|SANDBOX)_/.test(name)) return [];
    return [`${name} is not a setting of this version, or of no configured institution: it has no effect`];
  });
}

/** Shorter names are near to those of others: `HOST`, `POST`. */
const SHORTEST = 7;

/** One letter more, fewer or another, or two exchanged. */
function isSlipOf(name: string, setting: string): boolean {
  if (setting.length < SHORTEST || Math.abs(name.length - setting.length) > 1) return false;
  let at = 0;
  while (at < name.length && name[at] === setting[at]) at += 1;
  const [rest, wanted] = [name.slice(at), setting.slice(at)];
  const isExchange = rest[0] === wanted[1] && rest[1] === wanted[0] && rest.slice(2) === wanted.slice(2);
  return (
    rest.slice(1) === wanted.slice(1) || rest.slice(1) === wanted || rest === wanted.slice(1) || isExchange
  );
}
