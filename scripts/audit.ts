import { spawnSync } from 'node:child_process';
import process from 'node:process';

/**
 * `npm run audit`: known weaknesses of what the product depends on, as the registry knows them. Fails on those that are
 * high or critical. A registry that has no such list (a mirror, or none at all) is said, and fails nothing.
 */
const PATIENCE_MS = 60_000;

interface AuditReport {
  readonly metadata?: { readonly vulnerabilities?: Readonly<Record<string, number>> };
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly via: readonly unknown[] }>
  >;
}

const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  encoding: 'utf8',
  timeout: PATIENCE_MS,
  maxBuffer: 64 * 1024 * 1024,
});
const report = error === undefined ? parsed(stdout) : null;
if (report?.metadata?.vulnerabilities === undefined) {
  console.log('audit: the registry does not tell of weaknesses: nothing was looked at');
  process.exit(0);
}
const serious = Object.entries(report.vulnerabilities ?? {}).filter(([, { severity }]) =>
  ['high', 'critical'].includes(severity),
);
for (const [name, { severity, via }] of serious)
  console.error(`audit: ${name}: ${severity}: ${reasonsOf(via)}`);
console.log(`audit: ${JSON.stringify(report.metadata.vulnerabilities)}`);
process.exit(serious.length === 0 ? 0 : 1);

function parsed(text: string): AuditReport | null {
  try {
    return JSON.parse(text) as AuditReport;
  } catch {
    return null;
  }
}

function reasonsOf(via: readonly unknown[]): string {
  return via
    .map((each) => (typeof each === 'string' ? each : String((each as { readonly title?: string }).title)))
    .join('; ');
}
