import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { request } from 'undici';
import type { Clock } from '../clock.js';
import { variableCode, type ContractConfig, type InstitutionConfig } from '../config.js';
import { monthAt } from '../datasources/s360/contract-month.js';
import {
  descriptionFileOf,
  SERVICE_NAMES,
  soapPathOf,
  type ServiceName,
} from '../datasources/s360/settings.js';
import { connectInstitution } from '../datasources/upstream.js';
import type { PointOfSales } from '../domain/institution.js';
import { UpstreamAuthenticationError, UpstreamError } from '../errors.js';
import { createCallLedger } from '../journal/call-ledger.js';
import type { Journal } from '../journal/database.js';
import { differencesOf, MOST_DESCRIPTION_BYTES, readDescription } from './description.js';
import { ok, problem, warning, type Check, type Finding } from './finding.js';

export interface InstitutionCheckParts {
  readonly contract: ContractConfig;
  /** Where calls are counted: the gateway's, so that none is made that the contract does not have. */
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The way to one institution's S-360; then its descriptions, and what it says to the operator that is configured. */
export function institutionCheck(institution: InstitutionConfig, parts: InstitutionCheckParts): Check {
  return {
    subject: institution.code,
    async run(signal) {
      const network = await networkFindings(institution, signal);
      // Without a way there, everything else would only say so again.
      if (network.some(({ level }) => level === 'problem')) return network;
      const [descriptions, operator] = await Promise.all([
        descriptionFindings(institution, parts, signal),
        operatorFindings(institution, parts),
      ]);
      return [...network, ...descriptions, ...operator];
    },
  };
}

const CONNECT_MS = 5_000;
const DAY_MS = 86_400_000;
const CERTIFICATE_DAYS = 21;

async function networkFindings(
  { code, baseUrl }: InstitutionConfig,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const subject = `${code}: network`;
  const { hostname, port, protocol } = new URL(baseUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  try {
    await lookup(host);
  } catch {
    return [
      problem(subject, `there is no host ${host}`, `Correct the address of ${code} in S360_INSTITUTIONS.`),
    ];
  }
  const isTls = protocol === 'https:';
  const to = { host, port: Number(port) || (isTls ? 443 : 80), signal };
  try {
    const days = isTls ? await daysOfCertificate(to) : await reach(to);
    if (days === null) return [ok(subject, `${host} can be reached`)];
    const said = `${host} can be reached, its certificate is good for ${days} days`;
    return [
      days >= CERTIFICATE_DAYS
        ? ok(subject, said)
        : warning(subject, said, 'Tell whoever runs S-360 there: after that no call will be made.'),
    ];
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    return [
      problem(
        subject,
        `${host}:${to.port} cannot be reached (${reason})`,
        'Open the way out for this machine (firewall, proxy), and check the address.',
      ),
    ];
  }
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

function reach({ host, port }: Target): Promise<null> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, timeout: CONNECT_MS }, () => {
      socket.destroy();
      resolve(null);
    });
    socket.once('timeout', () => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
    socket.once('error', reject);
  });
}

function daysOfCertificate({ host, port }: Target): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host, port, servername: host, timeout: CONNECT_MS }, () => {
      const until = Date.parse(socket.getPeerCertificate().valid_to);
      socket.destroy();
      resolve(Math.floor((until - Date.now()) / DAY_MS));
    });
    socket.once('timeout', () => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
    socket.once('error', reject);
  });
}

/** Fetching a description counts against the limit of calls (seen in a real client), so it is counted. */
async function descriptionFindings(
  { code, baseUrl }: InstitutionConfig,
  { journal, contract, clock }: InstitutionCheckParts,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const ledger = createCallLedger(journal, code);
  const findings: Finding[] = [];
  let good = 0;
  for (const service of SERVICE_NAMES) {
    const subject = `${code}: ${service}`;
    await ledger.recordCall(monthOf(clock, contract), null);
    const answer = await fetchText(`${baseUrl}${soapPathOf(service)}?wsdl`, signal).catch(() => null);
    if (answer === null) {
      findings.push(
        problem(subject, 'its description does not come', 'See what is said of the network, and repeat.'),
      );
      break;
    }
    if (answer.status === 509 || answer.status === 429) {
      findings.push(
        warning(subject, 'S-360 takes no more calls in this minute', 'Run the doctor again in a minute.'),
      );
      break;
    }
    const found = await compare(service, subject, answer);
    findings.push(...found);
    if (found.length === 0) good += 1;
  }
  if (good === 0) return findings;
  const rest =
    good === SERVICE_NAMES.length ? 'the services have' : `${good} of ${SERVICE_NAMES.length} services have`;
  return [ok(`${code}: descriptions`, `${rest} all that this version of Foyer asks for`), ...findings];
}

interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

async function compare(
  service: ServiceName,
  subject: string,
  answer: TextAnswer,
): Promise<readonly Finding[]> {
  if (answer.status !== 200) {
    return [
      problem(
        subject,
        `its description is answered with HTTP ${answer.status}`,
        `Ask S-360's support whether the operator may use ${service}, and in which version.`,
      ),
    ];
  }
  const file = new URL(`../../wsdl/${descriptionFileOf(service)}`, import.meta.url);
  const expected = readDescription(await readFile(fileURLToPath(file), 'utf8'));
  let differences;
  try {
    differences = differencesOf(expected, readDescription(answer.text));
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
    return [
      problem(
        subject,
        `its description is no WSDL: ${reason}`,
        'Check the address: something else answers there.',
      ),
    ];
  }
  return differences.map(({ isSerious, says }) =>
    isSerious
      ? problem(
          subject,
          says,
          'Calls to it will fail. Ask for the version that the repository describes in wsdl/.',
        )
      : warning(subject, says, 'It may have another name there: compare it with wsdl/ before you sell.'),
  );
}

async function fetchText(url: string, signal: AbortSignal): Promise<TextAnswer> {
  const { statusCode, body } = await request(url, { signal });
  let text = '';
  for await (const chunk of body.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > MOST_DESCRIPTION_BYTES) {
      body.destroy();
      break;
    }
  }
  return { status: statusCode, text };
}

/** One call, the cheapest that says something: `getPOSConfig`. */
async function operatorFindings(
  institution: InstitutionConfig,
  { contract, journal, clock, log }: InstitutionCheckParts,
): Promise<readonly Finding[]> {
  const { code, username } = institution;
  const subject = `${code}: operator`;
  const s360 = await connectInstitution(
    { ...institution, ...contract, institution: code },
    { clock, journal, log },
  );
  try {
    const pointOfSales = await s360.catalog.pointOfSales();
    return [
      ok(subject, `${username} is let in, its point of sales is ${pointOfSales.code}`),
      ...saleFindings(institution, pointOfSales),
      clockFinding(`${code}: clock`, s360.upstreamClock.now() - clock.now()),
      ...s360.upstream
        .drift()
        .map(({ service, path, kind, count }) =>
          warning(
            `${code}: ${service}`,
            `${path}: ${kind} (${count})`,
            'Nothing fails by it. Tell the developers of Foyer, who keep the list of what S-360 sends.',
          ),
        ),
    ];
  } catch (error) {
    return [failureFinding(subject, code, error)];
  } finally {
    await s360.stop();
  }
}

function saleFindings(
  { code, paymentMethod }: InstitutionConfig,
  pointOfSales: PointOfSales,
): readonly Finding[] {
  const subject = `${code}: sale`;
  const variable = `S360_${variableCode(code)}_PAYMENT_METHOD`;
  const codes = pointOfSales.paymentMethods.map((method) => method.code);
  const findings: Finding[] = [];
  if (!pointOfSales.isSelling) {
    findings.push(
      warning(
        subject,
        'the point of sales, or its channel, is switched off',
        'Have it switched on in the back office.',
      ),
    );
  }
  if (paymentMethod === null) {
    findings.push(
      warning(
        subject,
        'orders cannot be closed: no payment method is configured',
        `Set ${variable} to the code of the pending account, one of ${codes.join(', ') || 'those that have to be set up first'}.`,
      ),
    );
  } else if (codes.includes(paymentMethod)) {
    findings.push(ok(subject, `orders are closed on ${paymentMethod}`));
  } else {
    findings.push(
      problem(
        subject,
        `orders cannot be closed: the point of sales has no payment method ${paymentMethod}`,
        `Set ${variable} to one of ${codes.join(', ') || 'those that have to be set up first'}.`,
      ),
    );
  }
  if (!pointOfSales.contactAccessAllowed) {
    findings.push(
      warning(
        subject,
        'contact files may not be read',
        'Have it allowed for the point of sales, if contacts are needed.',
      ),
    );
  }
  return findings;
}

/** Holds end by S-360's clock, tokens and journals go by ours: minutes apart, a person is confused first. */
const CLOCKS_AGREE_MS = 30_000;

function clockFinding(subject: string, offsetMs: number): Finding {
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  if (Math.abs(offsetMs) < CLOCKS_AGREE_MS) {
    return ok(subject, seconds < 2 ? 'agrees with ours' : `${seconds} s from ours`);
  }
  return warning(
    subject,
    `S-360's clock is ${seconds.toLocaleString('en')} s ${offsetMs > 0 ? 'ahead of' : 'behind'} ours`,
    'Let this machine take its time from NTP. If it does, tell whoever runs S-360.',
  );
}

function failureFinding(subject: string, code: string, error: unknown): Finding {
  if (!(error instanceof UpstreamError)) throw error;
  if (error instanceof UpstreamAuthenticationError) return refusedFinding(subject, code);
  switch (error.code) {
    case 'UPSTREAM_RATE_LIMITED':
      return warning(subject, 'no call is left in this minute or month', 'Run the doctor again later.');
    case 'UPSTREAM_TIMEOUT':
      return problem(
        subject,
        'S-360 does not answer in time',
        'Ask whether it is being maintained; then repeat.',
      );
    case 'UPSTREAM_INVALID':
      return problem(
        subject,
        `S-360 answers what cannot be used: ${error.message}`,
        'Check the address and the version.',
      );
    default:
      return problem(
        subject,
        `S-360 cannot be asked: ${error.message}`,
        'See what is said of the network; where that is good, ask whether S-360 is being maintained.',
      );
  }
}

function refusedFinding(subject: string, code: string): Finding {
  const prefix = `S360_${variableCode(code)}`;
  return problem(
    subject,
    'S-360 refuses the name or the password of the operator',
    `Check ${prefix}_USERNAME, which begins with the code of the institution at S-360, and ${prefix}_PASSWORD; then whether the operator may use the services.`,
  );
}

function monthOf(clock: Clock, { minuteMs }: ContractConfig): number {
  return monthAt(clock.now(), minuteMs).startsAt;
}
