import { z } from 'zod';
import { ok, problem, warning, type Check, type Finding } from './finding.js';

/** A Foyer that is running: whether it is ready, and what it has seen of S-360. */
export interface RunningGateway {
  /** Without a slash at the end. */
  readonly url: string;
  /** With the scope `operator`; null where nobody asks for one. */
  readonly apiKey: string | null;
}

const SUBJECT = 'running gateway';

export function gatewayCheck(gateway: RunningGateway): Check {
  return { subject: SUBJECT, run: (signal) => gatewayFindings(gateway, signal) };
}

const readiness = z.object({ ready: z.boolean(), reasons: z.array(z.string()) });

const upstreams = z.object({
  data: z
    .object({
      institutions: z.array(
        z.object({
          code: z.string(),
          serviceLevel: z.string(),
          upstream: z.object({
            circuit: z.string(),
            inDoubtOrders: z.number(),
            budgets: z.array(
              z.object({
                window: z.string(),
                limit: z.number().nullable(),
                used: z.number(),
                forecast: z.number(),
              }),
            ),
            drift: z.array(
              z.object({ service: z.string(), path: z.string(), kind: z.string(), count: z.number() }),
            ),
          }),
        }),
      ),
    })
    .nullish(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

type Upstreams = NonNullable<z.infer<typeof upstreams>['data']>['institutions'][number];

const QUESTION = `{ institutions { code serviceLevel upstream { circuit inDoubtOrders
  budgets { window limit used forecast } drift { service path kind count } } } }`;

async function gatewayFindings(
  { url, apiKey }: RunningGateway,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const probe = await fetch(`${url}/health/ready`, { signal }).catch(() => null);
  if (probe === null) {
    return [problem(SUBJECT, `nobody answers at ${url}`, 'Start it, or correct --url.')];
  }
  const told = readiness.safeParse(await probe.json().catch(() => null));
  if (!told.success) {
    const says = `what answers at ${url} is no Foyer (HTTP ${probe.status} to /health/ready)`;
    return [problem(SUBJECT, says, 'Correct --url: it is the address before /graphql.')];
  }
  const { ready, reasons } = told.data;
  const findings: Finding[] = [
    ready
      ? ok(SUBJECT, 'it is ready')
      : problem(SUBJECT, 'it is not ready', 'See its reasons below, and what is said of the institutions.'),
    ...reasons.map((reason) => warning(SUBJECT, reason, 'It goes on by itself when the cause is gone.')),
  ];
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    signal,
    headers: {
      'content-type': 'application/json',
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify({ query: QUESTION }),
  });
  const { data, errors } = upstreams.parse(await answer.json());
  if (!data) {
    const why = errors?.[0]?.message ?? 'no reason given';
    findings.push(
      warning(
        SUBJECT,
        `it does not tell more: ${why}`,
        'Give a key with the scope operator: --api-key-file.',
      ),
    );
    return findings;
  }
  return [...findings, ...data.institutions.flatMap(institutionFindings)];
}

function institutionFindings({ code, serviceLevel, upstream }: Upstreams): readonly Finding[] {
  const subject = `${code}: running`;
  const findings: Finding[] = [];
  if (serviceLevel !== 'NORMAL') {
    findings.push(warning(subject, `its service level is ${serviceLevel}`, 'See what is said of its S-360.'));
  }
  if (upstream.circuit !== 'CLOSED') {
    findings.push(
      warning(
        subject,
        `its circuit is ${upstream.circuit}: S-360 failed too often`,
        'It tries again by itself.',
      ),
    );
  }
  if (upstream.inDoubtOrders > 0) {
    findings.push(
      warning(
        subject,
        `${upstream.inDoubtOrders} orders are in doubt`,
        'They are settled when S-360 answers; compare the month with `npm run reconcile`.',
      ),
    );
  }
  for (const { window, limit, used, forecast } of upstream.budgets) {
    if (limit === null || window === 'MINUTE' || forecast <= limit) continue;
    findings.push(
      warning(
        subject,
        `${window} will end with ${forecast.toLocaleString('en')} of ${limit.toLocaleString('en')}, ${used.toLocaleString('en')} are used`,
        'Raise the contract, or let fewer products be watched: the plan slows down by itself before sales suffer.',
      ),
    );
  }
  for (const { service, path, kind, count } of upstream.drift) {
    findings.push(
      warning(
        subject,
        `${service} sends ${path}: ${kind} (${count})`,
        'Nothing fails by it. Tell the developers of Foyer.',
      ),
    );
  }
  return findings.length === 0 ? [ok(subject, 'nothing to complain of')] : findings;
}
