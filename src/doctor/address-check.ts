import type { Config } from '../config/config.js';
import { ok, warning, type Check, type Finding } from './finding.js';

/** Whether what browsers are given leads back to the gateway, and safely. */
export function addressCheck(config: Config): Check {
  return { subject: 'addresses', run: async () => addressFindings(config) };
}

function addressFindings({ host, port, publicUrl }: Config): readonly Finding[] {
  const findings: Finding[] = [];
  if (publicUrl === null && !isOwnMachine(host)) {
    findings.push(
      warning(
        'PUBLIC_URL',
        `is not set: the addresses of printed tickets would begin with http://${host}:${port}`,
        'Set it to the address at which browsers reach the gateway.',
      ),
    );
  }
  if (publicUrl !== null) findings.push(publicFinding(new URL(publicUrl)));
  return findings;
}

function publicFinding({ protocol, hostname, href }: URL): Finding {
  if (protocol === 'https:' || isOwnMachine(hostname)) {
    return ok('PUBLIC_URL', `tickets are printed at ${href}`);
  }
  return warning(
    'PUBLIC_URL',
    'begins with http: whoever sees the way to a printed ticket has the ticket',
    'Put TLS in front, and set it to the https address.',
  );
}

/** Nobody else gets to an address that only this machine has. */
export function isOwnMachine(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);
}
