import type { AuthSettings } from '../auth/authenticator.js';
import type { IntrospectionSetting } from '../auth/introspection.js';
import { quote } from '../domain/ids.js';
import { ConfigError } from '../errors.js';
import type { GraphiqlSetting } from '../server/server.types.js';
import { readAdmission, type AdmissionConfig } from './admission.js';
import { oddAuth, readAudience, readAuth } from './auth.js';
import { readContract, type ContractConfig } from './contract.js';
import { EnvironmentReader, type Environment } from './environment.js';
import { httpAddressOf } from './http-address.js';
import { readInstitutions, type InstitutionConfig } from './institutions.js';
import { readLimits, type LimitsConfig } from './limits.js';
import { readRateLimit, type RateLimitConfig } from './rate-limits.js';
import { readSandbox, type SandboxConfig } from './sandbox.js';
import { readStores, storesWarnings, type StoresConfig } from './stores.js';
import { readSubgraphs, type SubgraphsConfig } from './subgraphs.js';
import { readTracing, type TracingConfig } from './tracing.js';
import {
  readTrustedDocuments,
  trustedDocumentsWarnings,
  type TrustedDocumentsConfig,
} from './trusted-documents.js';
import { unknownVariables } from './unknown-variables.js';

/** Everything the process can be told, checked and frozen. Made once, by `readConfig`. */
export interface Config extends StoresConfig {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Where browsers reach the gateway, without a slash at the end, for addresses in answers; null: where it listens. */
  readonly publicUrl: string | null;
  /** How long the address of printed tickets is good for. */
  readonly ticketLinkHours: number;
  /** Who may ask what. Hashes of keys and secrets of tokens are never printed. */
  readonly auth: AuthSettings;
  readonly introspection: IntrospectionSetting;
  readonly graphiql: GraphiqlSetting;
  /** Answers `_service` and `_entities`, by which another router takes the graph as a subgraph. */
  readonly federation: boolean;
  /** After a signal to stop: how long everything is still served while readiness says no. */
  readonly drainAnnounceMs: number;
  readonly admission: AdmissionConfig;
  readonly limits: LimitsConfig;
  readonly rateLimit: RateLimitConfig;
  /** The documents that may be run; null: all that keep to the limits. */
  readonly trustedDocuments: TrustedDocumentsConfig | null;
  /** The partner's subgraphs that are served together with our own; null: none. */
  readonly subgraphs: SubgraphsConfig | null;
  /** Null: no tracing. */
  readonly tracing: TracingConfig | null;
  /** Either the real institutions, or null: the embedded sandbox then tells which ones it has. */
  readonly institutions: readonly InstitutionConfig[] | null;
  readonly contract: ContractConfig;
  readonly sandbox: SandboxConfig;
  /** Things that are odd but do not stop the process, one line each. */
  readonly warnings: readonly string[];
}

export type LogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

const LOG_LEVELS: readonly LogLevel[] = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'];

/** Reads the environment; throws one ConfigError that lists every problem, in the order in which they are read here. */
export function readConfig(env: Environment, workingDirectory: string): Config {
  const read = new EnvironmentReader(env);
  const institutions = readInstitutions(read);
  const isSandbox = institutions === null;
  const auth = readAuth(read, { isSandbox, workingDirectory });
  const trustedDocuments = readTrustedDocuments(read, workingDirectory);
  const graphiql = readAudience(read, 'GRAPHIQL', auth);
  const port = read.integer('PORT', { fallback: 4000, min: 0, max: 65_535 });
  const logLevel = read.oneOf('LOG_LEVEL', LOG_LEVELS, 'info');
  const stores = readStores(read, workingDirectory);
  const contract = readContract(read, { isSandbox });
  const settings: Omit<Config, 'warnings'> = {
    host: read.text('HOST') ?? '127.0.0.1',
    port,
    logLevel,
    ...stores,
    publicUrl: readPublicUrl(read),
    ticketLinkHours: read.integer('TICKET_LINK_HOURS', { fallback: 24, min: 1, max: 8_760 }),
    drainAnnounceMs: read.integer('DRAIN_ANNOUNCE_MS', { fallback: 0, min: 0, max: 60_000 }),
    auth,
    introspection: readAudience(read, 'INTROSPECTION', auth),
    graphiql,
    federation: read.oneOf('FEDERATION', ['on', 'off'] as const, 'on') === 'on',
    admission: readAdmission(read),
    limits: readLimits(read, contract.deadlines),
    rateLimit: readRateLimit(read),
    tracing: readTracing(read),
    trustedDocuments,
    subgraphs: readSubgraphs(read, workingDirectory),
    institutions,
    contract,
    sandbox: readSandbox(read, env, { isEmbedded: isSandbox }),
  };
  // Last, when every setting was asked for. Without institutions nothing that is theirs would be known.
  const misspelt = read.problems.some((problem) => problem.startsWith('S360_INSTITUTIONS'))
    ? []
    : unknownVariables(env, institutions, read.names);
  // What is missing may be there by another name.
  if (read.problems.length > 0) throw new ConfigError([...read.problems, ...misspelt]);
  return Object.freeze({
    ...settings,
    warnings: [
      ...misspelt,
      ...storesWarnings(stores),
      ...oddAuth(read, auth, institutions?.map(({ code }) => code) ?? null),
      ...trustedDocumentsWarnings(trustedDocuments, { graphiql }),
    ],
  });
}

function readPublicUrl(read: EnvironmentReader): string | null {
  const text = read.text('PUBLIC_URL');
  if (text === null) return null;
  if (httpAddressOf(text) === null) {
    read.problem('PUBLIC_URL', `must be an http(s) address without query, got ${quote(text)}`);
  }
  return text.replace(/\/+$/, '');
}
