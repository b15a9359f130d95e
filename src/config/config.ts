import { isAbsolute, resolve } from 'node:path';
import { INSTITUTION_CODE, quote } from '../domain/ids.js';
import type { AuthSettings } from '../auth/authenticator.js';
import type { IntrospectionSetting } from '../auth/introspection.js';
import { oddAuth, readAudience, readAuth } from './auth.js';
import type { AvailabilityColor } from '../domain/availability.js';
import { SYMBOLOGIES, type Symbology } from '../domain/symbology.js';
import { EnvironmentReader, type Environment } from './environment.js';
import { ConfigError } from '../errors.js';
import { MIN_SECRET_LENGTH, SECRET_RULE, splitSecrets } from '../secret-key.js';
import { readLimits, type LimitsConfig } from './limits.js';
import { readRateLimit, type RateLimitConfig } from './rate-limits.js';
import { readSubgraphs, type SubgraphsConfig } from './subgraphs.js';
import { readTracing, type TracingConfig } from './tracing.js';
import {
  readTrustedDocuments,
  trustedDocumentsWarnings,
  type TrustedDocumentsConfig,
} from './trusted-documents.js';
import { readAdmission, type AdmissionConfig } from './admission.js';
import { problemOfPostgresAddress } from '../journal/postgres-address.js';
import { problemOfRedisAddress } from '../redis/redis-address.js';
import type { GraphiqlSetting } from '../server/server.types.js';

/** Everything the process can be told, checked and frozen. Made once, by `readConfig`. */
export interface Config {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Absolute folder of the embedded cache and journal. */
  readonly cacheDir: string;
  /** PostgreSQL for the journal, credentials included: never printed. Null: the embedded file in `cacheDir`. */
  readonly databaseUrl: string | null;
  /** The Redis that replicas share, credentials included: never printed. Null: one process with its embedded cache. */
  readonly redisUrl: string | null;
  /** How many replicas there are; only asked while Redis is away. Null: nobody said, so perhaps several. */
  readonly replicas: number | null;
  /** One secret or several, separated by commas: never printed. Null: a file of this installation holds one. */
  readonly secretKey: string | null;
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

export interface InstitutionConfig {
  readonly code: string;
  /** What comes before `/tnseb`, without a slash at the end. */
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  /** Code of the pending account among the point of sales' payment methods. */
  readonly paymentMethod: string | null;
  /** How the venue's readers want barcodes drawn. */
  readonly symbology: Symbology;
  /** S-360's level words that differ from ours. */
  readonly levels: Readonly<Record<string, AvailabilityColor>>;
}

/** The limits of the contract with S-360, for each institution. */
export interface ContractConfig {
  /** Length of the contract's minute; hours, days and months are made of such minutes. */
  readonly minuteMs: number;
  readonly callsPerMinute: number;
  readonly callsPerMonth: number;
  readonly bytesPerMonth: number | null;
  readonly catalogScope: 'EXTENDED' | 'DEFAULT';
  /** For a whole call to S-360, from the first byte sent to the last one read. */
  readonly deadlines: { readonly callMs: number; readonly catalogMs: number; readonly orderMs: number };
  /** How long S-360 may still be at work on a call whose answer was lost; longer than a call for an order may take. */
  readonly quarantineMs: number;
}

/** Handed to the embedded sandbox as environment, so that it reads the same variables as when it runs alone. */
export interface SandboxConfig {
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** By the code of its institutions as variables write it: `ARENA`. */
  readonly symbologies: ReadonlyMap<string, Symbology>;
}

/** What the contract is with a real S-360 (the standard offer), and what the embedded sandbox stands for. */
const STANDARD_CONTRACT = { minuteMs: 60_000, callsPerMinute: 70, callsPerMonth: 10_000 };
const DEMONSTRATION_CONTRACT = { minuteMs: 3_000, callsPerMinute: 70, callsPerMonth: 1_000_000 };

const LOG_LEVELS: readonly LogLevel[] = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'];
const COLORS: readonly AvailabilityColor[] = ['GREEN', 'ORANGE', 'RED', 'GREY'];
const HANDED_OVER = ['PORT', 'WORLD', 'SEED', 'SIZE', 'SPEED', 'LATENCY_MS', 'CONTROL'].map(
  (name) => `SANDBOX_${name}`,
);

/** Reads the environment; throws one ConfigError that lists every problem. */
export function readConfig(env: Environment, workingDirectory: string): Config {
  const read = new EnvironmentReader(env);
  const institutions = readInstitutions(read);
  const usual = institutions === null ? DEMONSTRATION_CONTRACT : STANDARD_CONTRACT;
  const cacheDir = read.text('CACHE_DIR') ?? '.foyer';
  const minuteMs = read.integer('S360_MINUTE_MS', { fallback: usual.minuteMs, min: 10, max: 3_600_000 });
  const orderMs = read.integer('S360_ORDER_DEADLINE_MS', {
    // Half a contract minute: 30 s with a real one.
    fallback: Math.min(30_000, Math.max(8_000, minuteMs / 2)),
    min: 100,
    max: 120_000,
  });
  const auth = readAuth(read, { isSandbox: institutions === null, workingDirectory });
  const callMs = read.integer('S360_DEADLINE_MS', { fallback: 10_000, min: 100, max: 120_000 });
  const trustedDocuments = readTrustedDocuments(read, workingDirectory);
  const graphiql = readAudience(read, 'GRAPHIQL', auth);
  const config: Config = {
    host: read.text('HOST') ?? '127.0.0.1',
    port: read.integer('PORT', { fallback: 4000, min: 0, max: 65_535 }),
    logLevel: read.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    cacheDir: isAbsolute(cacheDir) ? cacheDir : resolve(workingDirectory, cacheDir),
    databaseUrl: readDatabaseUrl(read),
    redisUrl: readRedisUrl(read),
    replicas: read.optionalInteger('REPLICAS', { min: 1, max: 1_000 }),
    secretKey: readSecretKey(read),
    publicUrl: readPublicUrl(read),
    ticketLinkHours: read.integer('TICKET_LINK_HOURS', { fallback: 24, min: 1, max: 8_760 }),
    drainAnnounceMs: read.integer('DRAIN_ANNOUNCE_MS', { fallback: 0, min: 0, max: 60_000 }),
    auth,
    introspection: readAudience(read, 'INTROSPECTION', auth),
    graphiql,
    federation: read.oneOf('FEDERATION', ['on', 'off'] as const, 'on') === 'on',
    admission: readAdmission(read),
    limits: readLimits(read, { callMs, orderMs }),
    rateLimit: readRateLimit(read),
    tracing: readTracing(read),
    trustedDocuments,
    subgraphs: readSubgraphs(read, workingDirectory),
    institutions,
    contract: {
      minuteMs,
      callsPerMinute: read.integer('S360_CALLS_PER_MINUTE', {
        fallback: usual.callsPerMinute,
        min: 1,
        max: 100_000,
      }),
      callsPerMonth: read.integer('S360_CALLS_PER_MONTH', {
        fallback: usual.callsPerMonth,
        min: 100,
        max: 1e9,
      }),
      bytesPerMonth: read.optionalInteger('S360_BYTES_PER_MONTH', {
        min: 1_000_000,
        max: Number.MAX_SAFE_INTEGER,
      }),
      catalogScope: read.oneOf('S360_CATALOG_SCOPE', ['EXTENDED', 'DEFAULT'] as const, 'EXTENDED'),
      deadlines: {
        callMs,
        catalogMs: read.integer('S360_CATALOG_DEADLINE_MS', { fallback: 180_000, min: 100, max: 1_800_000 }),
        orderMs,
      },
      quarantineMs: readQuarantine(read, orderMs, 2 * minuteMs),
    },
    sandbox: {
      port: read.integer('SANDBOX_PORT', { fallback: 4360, min: 0, max: 65_535 }),
      env: Object.fromEntries(
        HANDED_OVER.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
      ),
      symbologies: institutions === null ? readSandboxSymbologies(read, env) : new Map(),
    },
    warnings: [
      ...unknownVariables(env, institutions),
      ...sharedSecretMissing(read),
      ...oddAuth(read, auth, institutions?.map(({ code }) => code) ?? null),
      ...sharedJournalMissing(read),
      ...trustedDocumentsWarnings(trustedDocuments, { graphiql }),
    ],
  };
  if (read.problems.length > 0) throw new ConfigError(read.problems);
  return Object.freeze(config);
}

function readDatabaseUrl(read: EnvironmentReader): string | null {
  const address = read.text('DATABASE_URL');
  const problem = address === null ? null : problemOfPostgresAddress(address);
  if (problem !== null) read.problem('DATABASE_URL', problem);
  return address;
}

function readRedisUrl(read: EnvironmentReader): string | null {
  const address = read.text('REDIS_URL');
  const problem = address === null ? null : problemOfRedisAddress(address);
  if (problem !== null) read.problem('REDIS_URL', problem);
  return address;
}

/** Replicas that each have a journal of their own would each sell the same client order. */
function sharedJournalMissing(read: EnvironmentReader): string[] {
  if (read.text('REDIS_URL') === null || read.text('DATABASE_URL') !== null || read.text('REPLICAS') === '1')
    return [];
  return [
    'REDIS_URL is set, but DATABASE_URL is not: replicas would share calls and colors, but not orders. Set DATABASE_URL for several replicas, or REPLICAS=1',
  ];
}

function readPublicUrl(read: EnvironmentReader): string | null {
  const text = read.text('PUBLIC_URL');
  const url = text !== null && URL.canParse(text) ? new URL(text) : null;
  if (text === null) return null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    read.problem('PUBLIC_URL', `must be an http(s) address without query, got ${quote(text)}`);
  }
  return text.replace(/\/+$/, '');
}

/** Above the time of our own call, the time in which it may be sent, and a little: two contract minutes where that is more. */
function readQuarantine(read: EnvironmentReader, orderMs: number, usualMs: number): number {
  const leastMs = orderMs + QUARANTINE_MARGIN_MS;
  const fallback = Math.max(leastMs, usualMs);
  const quarantineMs = read.integer('S360_QUARANTINE_MS', { fallback, min: 100, max: 86_400_000 });
  if (quarantineMs >= leastMs) return quarantineMs;
  read.problem(
    'S360_QUARANTINE_MS',
    `must be at least ${leastMs}, ${QUARANTINE_MARGIN_MS} more than S360_ORDER_DEADLINE_MS, got ${quarantineMs}`,
  );
  return fallback;
}

/** A call leaves at most 2 s after it was written down; the rest is for clocks. */
const QUARANTINE_MARGIN_MS = 3_000;

function readSecretKey(read: EnvironmentReader): string | null {
  const secret = read.text('SECRET_KEY');
  if (secret !== null && splitSecrets(secret).some(({ length }) => length < MIN_SECRET_LENGTH)) {
    read.problem('SECRET_KEY', SECRET_RULE);
  }
  return secret;
}

function sharedSecretMissing(read: EnvironmentReader): string[] {
  if (read.text('DATABASE_URL') === null || read.text('SECRET_KEY') !== null) return [];
  return [
    'SECRET_KEY is not set, but DATABASE_URL is: other replicas can neither open the tickets that this one stores nor the addresses it gives',
  ];
}

function readInstitutions(read: EnvironmentReader): readonly InstitutionConfig[] | null {
  const list = read.text('S360_INSTITUTIONS');
  if (list === null) return null;
  const institutions: InstitutionConfig[] = [];
  for (const entry of list.split(',').map((part) => part.trim())) {
    const separator = entry.indexOf('=');
    const code = entry.slice(0, separator);
    if (separator < 1 || !INSTITUTION_CODE.test(code)) {
      read.problem('S360_INSTITUTIONS', `must be a list of <code>=<base address>, got ${quote(entry)}`);
      continue;
    }
    if (institutions.some((other) => other.code === code)) {
      read.problem('S360_INSTITUTIONS', `names ${quote(code)} twice`);
      continue;
    }
    const prefix = variablePrefix(code);
    institutions.push({
      code,
      baseUrl: readBaseUrl(read, code, entry.slice(separator + 1)),
      username: read.required(`${prefix}USERNAME`),
      password: read.required(`${prefix}PASSWORD`),
      paymentMethod: read.text(`${prefix}PAYMENT_METHOD`),
      symbology: readSymbology(read, `${prefix}SYMBOLOGY`),
      levels: readLevels(read, `${prefix}LEVELS`),
    });
  }
  return institutions;
}

/** `opera-nord` is configured by `S360_OPERA_NORD_…`. */
export function variablePrefix(code: string): string {
  return `S360_${variableCode(code)}_`;
}

export function variableCode(code: string): string {
  return code.toUpperCase().replaceAll('-', '_');
}

function readSymbology(read: EnvironmentReader, name: string): Symbology {
  return read.oneOf(name, SYMBOLOGIES, 'QR');
}

/** The sandbox's institutions are known only when it runs. */
function readSandboxSymbologies(read: EnvironmentReader, env: Environment): ReadonlyMap<string, Symbology> {
  const names = Object.keys(env).filter((name) => SYMBOLOGY_VARIABLE.test(name));
  return new Map(names.map((name) => [SYMBOLOGY_VARIABLE.exec(name)![1]!, readSymbology(read, name)]));
}

const SYMBOLOGY_VARIABLE = /^S360_([A-Z0-9_]{1,32})_SYMBOLOGY$/;

function readBaseUrl(read: EnvironmentReader, code: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    read.problem(
      'S360_INSTITUTIONS',
      `must give ${code} an http(s) address without query, got ${quote(text)}`,
    );
  } else if (url.username !== '' || url.password !== '') {
    read.problem(
      'S360_INSTITUTIONS',
      `must not hold credentials: use ${variablePrefix(code)}USERNAME and …PASSWORD`,
    );
  }
  return text.replace(/\/+$/, '');
}

function readLevels(read: EnvironmentReader, name: string): Record<string, AvailabilityColor> {
  const levels: Record<string, AvailabilityColor> = Object.create(null);
  for (const pair of (read.text(name) ?? '').split(',').filter((part) => part.trim() !== '')) {
    const [word = '', wanted = ''] = pair.split('=').map((part) => part.trim());
    const color = COLORS.find((known) => known === wanted);
    if (word === '' || color === undefined) {
      read.problem(name, `must be a list of <level>=<${COLORS.join('|')}>, got ${quote(pair)}`);
    } else {
      levels[word] = color;
    }
  }
  return levels;
}

/** A misspelt setting is otherwise found only by its absence. */
function unknownVariables(env: Environment, institutions: readonly InstitutionConfig[] | null): string[] {
  const contract = [
    'INSTITUTIONS',
    'MINUTE_MS',
    'CALLS_PER_MINUTE',
    'CALLS_PER_MONTH',
    'BYTES_PER_MONTH',
    'CATALOG_SCOPE',
    'DEADLINE_MS',
    'CATALOG_DEADLINE_MS',
    'ORDER_DEADLINE_MS',
    'QUARANTINE_MS',
  ];
  const ofInstitution = ['USERNAME', 'PASSWORD', 'PAYMENT_METHOD', 'LEVELS', 'SYMBOLOGY'];
  const known = new Set([
    ...contract.map((name) => `S360_${name}`),
    ...HANDED_OVER,
    ...(institutions ?? []).flatMap(({ code }) => ofInstitution.map((name) => variablePrefix(code) + name)),
  ]);
  const isSandboxSymbology = (name: string): boolean =>
    institutions === null && SYMBOLOGY_VARIABLE.test(name);
  return Object.keys(env)
    .filter((name) => /^(S360|SANDBOX)_/.test(name) && !known.has(name) && !isSandboxSymbology(name))
    .map(
      (name) => `${name} is not a setting of this version, or of no configured institution: it has no effect`,
    );
}
