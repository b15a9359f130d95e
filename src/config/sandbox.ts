import type { Symbology } from '../domain/symbology.js';
import type { Environment, EnvironmentReader } from './environment.js';
import { readSymbology } from './institutions.js';

/** Handed to the embedded sandbox as environment, so that it reads the same variables as when it runs alone. */
export interface SandboxConfig {
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** By the code of its institutions as variables write it: `ARENA`. */
  readonly symbologies: ReadonlyMap<string, Symbology>;
}

/** What the sandbox itself reads when it runs alone. */
export const SANDBOX_VARIABLES = ['PORT', 'WORLD', 'SEED', 'SIZE', 'SPEED', 'LATENCY_MS', 'CONTROL'].map(
  (name) => `SANDBOX_${name}`,
);

const SYMBOLOGY_VARIABLE = /^S360_([A-Z0-9_]{1,32})_SYMBOLOGY$/;

/** `isEmbedded`: institutions come from it, so their symbologies are read here. */
export function readSandbox(
  read: EnvironmentReader,
  env: Environment,
  { isEmbedded }: { readonly isEmbedded: boolean },
): SandboxConfig {
  return {
    port: read.integer('SANDBOX_PORT', { fallback: 4360, min: 0, max: 65_535 }),
    env: Object.fromEntries(
      SANDBOX_VARIABLES.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
    ),
    symbologies: isEmbedded ? readSymbologies(read, env) : new Map(),
  };
}

export function isSandboxSymbology(name: string): boolean {
  return SYMBOLOGY_VARIABLE.test(name);
}

/** The sandbox's institutions are known only when it runs. */
function readSymbologies(read: EnvironmentReader, env: Environment): ReadonlyMap<string, Symbology> {
  const names = Object.keys(env).filter(isSandboxSymbology);
  return new Map(names.map((name) => [SYMBOLOGY_VARIABLE.exec(name)![1]!, readSymbology(read, name)]));
}
