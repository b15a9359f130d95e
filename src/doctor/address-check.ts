import type { Config } from '../config.js';
import { ok, warning, type Check, type Finding } from './finding.js';

/** Who can reach the gateway, and whether that fits what it gives them. */
export function addressCheck(config: Config): Check {
  return { subject: 'addresses', run: async () => addressFindings(config) };
}

const OWN_MACHINE = /^(localhost|127(\.\d+){3}|::1)$/;

function addressFindings({ host, port, publicUrl, auth, institutions }: Config): readonly Finding[] {
  const isOpenToOthers = !OWN_MACHINE.test(host);
  const findings: Finding[] = [];
  if (publicUrl === null && isOpenToOthers) {
    findings.push(
      warning(
        'PUBLIC_URL',
        `is not set: the addresses of printed tickets would begin with http://${host}:${port}`,
        'Set it to the address at which browsers reach the gateway.',
      ),
    );
  }
  if (publicUrl !== null) findings.push(publicFinding(new URL(publicUrl)));
  if (auth.mode === 'open' && institutions !== null && isOpenToOthers) {
    findings.push(
      warning(
        'AUTH',
        `is none, and the gateway listens on ${host}: whoever reaches it sells and reads orders`,
        'Set API_KEYS or JWT_…, unless something in front asks who comes (docs/security.md).',
      ),
    );
  }
  return findings;
}

function publicFinding({ protocol, hostname, href }: URL): Finding {
  if (protocol === 'https:' || OWN_MACHINE.test(hostname.replace(/^\[|\]$/g, ''))) {
    return ok('PUBLIC_URL', `tickets are printed at ${href}`);
  }
  return warning(
    'PUBLIC_URL',
    'begins with http: whoever sees the way to a printed ticket has the ticket',
    'Put TLS in front, and set it to the https address.',
  );
}
