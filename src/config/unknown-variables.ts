import { CONTRACT_VARIABLES } from './contract.js';
import type { Environment } from './environment.js';
import { INSTITUTION_VARIABLES, variablePrefix, type InstitutionConfig } from './institutions.js';
import { isSandboxSymbology, SANDBOX_VARIABLES } from './sandbox.js';

/** A warning for each misspelt setting, which is otherwise found only by its absence. */
export function unknownVariables(
  env: Environment,
  institutions: readonly InstitutionConfig[] | null,
): string[] {
  const known = new Set([
    'S360_INSTITUTIONS',
    ...CONTRACT_VARIABLES,
    ...SANDBOX_VARIABLES,
    ...(institutions ?? []).flatMap(({ code }) =>
      INSTITUTION_VARIABLES.map((name) => variablePrefix(code) + name),
    ),
  ]);
  const isKnown = (name: string): boolean =>
    known.has(name) || (institutions === null && isSandboxSymbology(name));
  return Object.keys(env)
    .filter((name) => /^(S360|SANDBOX)_/.test(name) && !isKnown(name))
    .map(
      (name) => `${name} is not a setting of this version, or of no configured institution: it has no effect`,
    );
}
