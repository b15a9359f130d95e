import type { ContractConfig } from '../config/contract.js';
import { variablePrefix, type InstitutionConfig } from '../config/institutions.js';
import { connectInstitution } from '../datasources/upstream.js';
import type { PointOfSales } from '../domain/institution.js';
import { UpstreamAuthenticationError, UpstreamError, UpstreamRateLimitedError } from '../errors.js';
import { ok, problem, warning, type Finding } from './finding.js';
import { inItsTurn, turnRefused, type TurnParts } from './own-turns.js';

const CALL_MS = 10_000;
/** With the call itself, below the time of a look. */
const TURN_MS = 10_000;

/** One call, the cheapest that says something: `getPOSConfig`. */
export async function operatorFindings(
  institution: InstitutionConfig,
  { contract, journal, clock, log, replicaOf }: TurnParts,
): Promise<readonly Finding[]> {
  const { code } = institution;
  const subject = `${code}: operator`;
  const s360 = await connectInstitution(
    { ...institution, ...contract, deadlines: shortened(contract.deadlines), institution: code },
    { clock, journal, log, replica: replicaOf?.(code) },
  );
  try {
    const pointOfSales = await inItsTurn(clock, clock.now() + TURN_MS, () => s360.catalog.pointOfSales());
    return [
      ok(subject, `the operator is let in, its point of sales is ${pointOfSales.code}`),
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
  const variable = `${variablePrefix(code)}PAYMENT_METHOD`;
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
  if (error instanceof UpstreamRateLimitedError) return warning(subject, ...turnRefused(error));
  switch (error.code) {
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
  const prefix = variablePrefix(code);
  return problem(
    subject,
    'S-360 refuses the name or the password of the operator',
    `Check ${prefix}USERNAME, which begins with the code of the institution at S-360, and ${prefix}PASSWORD; then whether the operator may use the services.`,
  );
}

/** A look ends before the longest that a call may be given. */
function shortened(deadlines: ContractConfig['deadlines']): ContractConfig['deadlines'] {
  return { ...deadlines, callMs: Math.min(deadlines.callMs, CALL_MS) };
}
