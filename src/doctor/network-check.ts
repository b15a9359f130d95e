import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { InstitutionConfig } from '../config/institutions.js';
import { ok, problem, warning, type Finding } from './finding.js';

const LOOK_UP_MS = 5_000;
const CONNECT_MS = 5_000;
const DAY_MS = 86_400_000;
const CERTIFICATE_DAYS = 21;

/** Name, connection and certificate: one finding. */
export async function networkFindings({
  code,
  baseUrl,
}: Pick<InstitutionConfig, 'code' | 'baseUrl'>): Promise<readonly Finding[]> {
  const subject = `${code}: network`;
  const { hostname, port, protocol } = new URL(baseUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isTls = protocol === 'https:';
  const to = { host, port: Number(port) || (isTls ? 443 : 80) };
  try {
    await lookedUp(host);
  } catch (error) {
    const isUnknown = codeOf(error) === 'ENOTFOUND';
    return [
      isUnknown
        ? problem(subject, `there is no host ${host}`, `Correct the address of ${code} in S360_INSTITUTIONS.`)
        : problem(
            subject,
            `nobody says where ${host} is (${codeOf(error)})`,
            'See to the name service (DNS) of this machine.',
          ),
    ];
  }
  try {
    const days = isTls ? await daysOfCertificate(to) : await reach(to);
    return [days === null ? ok(subject, `${host} can be reached`) : certificateFinding(subject, host, days)];
  } catch (error) {
    return [failureOf(subject, `${host}:${to.port}`, codeOf(error))];
  }
}

export function certificateFinding(subject: string, host: string, days: number): Finding {
  const said = `${host} can be reached, its certificate is good for ${days} day${days === 1 ? '' : 's'}`;
  return days >= CERTIFICATE_DAYS
    ? ok(subject, said)
    : warning(subject, said, 'Tell whoever runs S-360 there: after that no call will be made.');
}

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** `reason`: the code of Node's error. What does not concern the connection itself is not for who runs firewalls. */
export function failureOf(subject: string, name: string, reason: string): Finding {
  if (UNTRUSTED.has(reason)) {
    return problem(
      subject,
      `this machine does not trust the certificate of ${name} (${reason})`,
      'If a proxy of yours opens connections on the way, name the file of its authority in NODE_EXTRA_CA_CERTS. Else somebody may be in between: sell nothing before that is clear.',
    );
  }
  if (reason === 'CERT_HAS_EXPIRED' || reason === 'CERT_NOT_YET_VALID') {
    return problem(
      subject,
      `the certificate of ${name} is not valid today (${reason})`,
      'See whether the clock of this machine is right; if it is, tell whoever runs S-360 there.',
    );
  }
  if (reason === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return problem(
      subject,
      `the certificate of ${name} is that of another host`,
      'Correct the address in S360_INSTITUTIONS, or the way there: something else answers.',
    );
  }
  if (reason === 'EPROTO' || reason.startsWith('ERR_SSL_')) {
    return problem(
      subject,
      `${name} answers, but not with TLS as this machine knows it (${reason})`,
      'Check the port, and whether the address begins with https:// there.',
    );
  }
  return problem(
    subject,
    `${name} cannot be reached (${reason})`,
    'Open the way out for this machine (firewall, proxy), and check the address.',
  );
}

interface Target {
  readonly host: string;
  readonly port: number;
}

/** The system's own look-up cannot be ended: it is left behind. */
async function lookedUp(host: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(), { code: 'ETIMEDOUT' })), LOOK_UP_MS);
  });
  await Promise.race([lookup(host), late]).finally(() => clearTimeout(timer));
}

function reach({ host, port }: Target): Promise<null> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, timeout: CONNECT_MS }, () => {
      socket.destroy();
      resolve(null);
    });
    endWith(socket, reject);
  });
}

function daysOfCertificate({ host, port }: Target): Promise<number> {
  // A number is no name that a server could have several of.
  const name = isIP(host) === 0 ? { servername: host } : {};
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host, port, ...name, timeout: CONNECT_MS }, () => {
      const until = Date.parse(socket.getPeerCertificate().valid_to);
      socket.destroy();
      resolve(Math.floor((until - Date.now()) / DAY_MS));
    });
    endWith(socket, reject);
  });
}

function endWith(socket: Socket, reject: (error: Error) => void): void {
  socket.once('timeout', () => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
  socket.once('error', reject);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
}
