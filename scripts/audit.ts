import { spawnSync } from 'node:child_process';
import process from 'node:process';

/**
 * `npm run audit`: what the registry knows about the packages that the product depends on. Fails on known weaknesses that
 * are high or critical, and on packages whose signature is wrong or missing where the registry signs. A registry that has
 * no such lists (a mirror, or none at all) is said, and fails nothing; that npm cannot look does.
 */
const PATIENCE_MS = 30_000;

/** npm's words for what is wrong here; everything else is wrong on the way. */
const OUR_MISTAKES: ReadonlySet<string> = new Set(['ENOLOCK', 'EUSAGE', 'EAUDITNOPJSON']);

interface AuditReport {
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly via: readonly unknown[] }>
  >;
  readonly metadata?: { readonly vulnerabilities?: Readonly<Record<string, number>> };
}

interface SignatureReport {
  readonly invalid: readonly { readonly name: string; readonly version: string }[];
  readonly missing: readonly { readonly name: string; readonly version: string }[];
}

const registry = npm(['config', 'get', 'registry']).text.trim().replace(/\/*$/, '/');
const isGood = [auditWeaknesses(), await auditSignatures()].every((good) => good);
process.exit(isGood ? 0 : 1);

function auditWeaknesses(): boolean {
  const { text, isLate } = npm(['audit', '--omit=dev', '--json']);
  if (isLate)
    return said(`${registry} does not answer within ${PATIENCE_MS / 1_000} s: weaknesses not looked at`);
  const report = parsed(text);
  const { metadata, vulnerabilities = {} } = report as AuditReport;
  if (metadata?.vulnerabilities === undefined) {
    const { message, error } = report as { message?: string; error?: { code?: string; summary?: string } };
    if (error?.code !== undefined && OUR_MISTAKES.has(error.code)) {
      return complained(`npm cannot look: ${error.summary ?? error.code}`);
    }
    return said(
      `${registry} does not tell of weaknesses, nothing was looked at: ${message ?? error?.summary ?? ''}`,
    );
  }
  const serious = Object.entries(vulnerabilities).filter(([, { severity }]) =>
    ['high', 'critical'].includes(severity),
  );
  for (const [name, { severity, via }] of serious) complained(`${name}: ${severity}: ${reasonsOf(via)}`);
  said(`weaknesses: ${JSON.stringify(metadata.vulnerabilities)}`);
  return serious.length === 0;
}

/** Asked of a registry that publishes its keys: npm would look for them elsewhere, and wait. */
async function auditSignatures(): Promise<boolean> {
  if (!(await publishesKeys())) return said(`${registry} publishes no keys: signatures not looked at`);
  const { text, isLate } = npm(['audit', 'signatures', '--omit=dev', '--json']);
  if (isLate) return said(`signatures were not looked at within ${PATIENCE_MS / 1_000} s`);
  const { invalid, missing } = parsed(text) as Partial<SignatureReport>;
  if (invalid === undefined || missing === undefined) {
    return said('signatures cannot be looked at: see `npm audit signatures`');
  }
  for (const { name, version } of invalid) complained(`${name}@${version}: its signature is wrong`);
  for (const { name, version } of missing) complained(`${name}@${version}: it is not signed`);
  said(`signatures: ${invalid.length} are wrong, ${missing.length} are missing`);
  return invalid.length === 0 && missing.length === 0;
}

async function publishesKeys(): Promise<boolean> {
  try {
    const answer = await fetch(`${registry}-/npm/v1/keys`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok && Array.isArray(((await answer.json()) as { keys?: unknown }).keys);
  } catch {
    return false;
  }
}

function npm(args: readonly string[]): { readonly text: string; readonly isLate: boolean } {
  const { stdout, error } = spawnSync('npm', args, {
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const isLate = error !== undefined && 'code' in error && error.code === 'ETIMEDOUT';
  if (error !== undefined && !isLate) throw error;
  return { text: stdout, isLate };
}

function parsed(text: string): object {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}

function said(text: string): true {
  console.log(`audit: ${text}`);
  return true;
}

function complained(text: string): false {
  console.error(`audit: ${text}`);
  return false;
}

function reasonsOf(via: readonly unknown[]): string {
  return via
    .map((each) => (typeof each === 'string' ? each : String((each as { readonly title?: string }).title)))
    .join('; ');
}
