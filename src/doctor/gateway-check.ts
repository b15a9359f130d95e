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
          catalog: z.object({
            freshness: z.object({
              source: z.string(),
              staleReason: z.string().nullable(),
              ageSeconds: z.number(),
            }),
          }),
          upstream: z.object({
            circuit: z.string(),
            inDoubtOrders: z.number(),
            calls: z.array(
              z.object({ service: z.string(), method: z.string(), calls: z.number(), errors: z.number() }),
            ),
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

const QUESTION = `{ institutions { code serviceLevel catalog { freshness { source staleReason ageSeconds } }
  upstream { circuit inDoubtOrders calls { service method calls errors }
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
      : problem(
          SUBJECT,
          'it is not ready',
          'Its reasons are below; what to do about each: docs/operate.md#foyernotready.',
        ),
    ...reasons.map((reason) => warning(SUBJECT, reason, todoFor(reason))),
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

/** Of what is less than it should be, and no reason to send nobody there. */
function todoFor(reason: string): string {
  if (reason.includes('API_KEYS_FILE')) {
    return 'Mend the file, and do not restart before: docs/operate.md#foyerapikeysoutdated.';
  }
  if (reason.includes('Redis')) return 'Bring Redis back: docs/operate.md#foyerredisaway.';
  return 'It goes on by itself when the cause is gone: docs/operate.md#foyernotready.';
}

/** Why it is not NORMAL, as far as the gateway knows, and where more is told. */
function levelFinding({ code, serviceLevel, catalog, upstream }: Upstreams): Finding {
  const subject = `${code}: running`;
  if (serviceLevel === 'SALES_CLOSED') {
    return warning(
      subject,
      'its service level is SALES_CLOSED: its point of sales does not sell now',
      'Was it closed on purpose? It is opened at S-360; the gateway notices with the next catalog.',
    );
  }
  const { source, staleReason, ageSeconds } = catalog.freshness;
  const failed = upstream.calls
    .filter(({ errors }) => errors > 0)
    .map(({ service, method, errors, calls }) => `${service}.${method} (${errors} of ${calls})`);
  const reasons = [
    ...(source === 'CACHE'
      ? []
      : [
          `its catalog is ${Math.ceil(ageSeconds / 60)} min old and ${WHY_OLD[staleReason ?? source] ?? source}`,
        ]),
    ...(upstream.circuit === 'CLOSED'
      ? []
      : [`S-360 failed so often that its circuit is ${upstream.circuit}`]),
    ...(failed.length === 0 ? [] : [`calls failed since it was started: ${failed.join(', ')}`]),
  ];
  return warning(
    subject,
    [`its service level is ${serviceLevel}`, reasons.join('; ')].filter(Boolean).join(': '),
    'Answers come from the cache meanwhile. Why S-360 fails: what is said of it above, and the lines ' +
      '"a call to S-360 failed" in the log of the gateway. What to do: docs/operate.md#foyers360circuitopen ' +
      'and #foyercatalogstale.',
  );
}

/** By the reason, else by the source, of its freshness. */
const WHY_OLD: Readonly<Record<string, string>> = {
  RESTORED: 'from before the last start, and S-360 has not confirmed it yet',
  UPSTREAM_DOWN: 'cannot be made newer: S-360 does not answer as it should',
  UPSTREAM_THROTTLED: 'cannot be made newer yet: S-360 may not be asked more often',
  CATALOG_IN_PROGRESS: 'waits for a newer one that S-360 is still preparing',
  BUDGET_EXHAUSTED: "cannot be made newer: the month's calls are spent",
  REPLICA_CUT_OFF: 'cannot be made newer: this replica is cut off from Redis',
};

function institutionFindings(institution: Upstreams): readonly Finding[] {
  const { code, serviceLevel, upstream } = institution;
  const subject = `${code}: running`;
  const findings: Finding[] = [];
  if (serviceLevel !== 'NORMAL') findings.push(levelFinding(institution));
  if (serviceLevel !== 'DEGRADED' && upstream.circuit !== 'CLOSED') {
    findings.push(
      warning(
        subject,
        `its circuit is ${upstream.circuit}: S-360 failed too often`,
        'It tries again by itself: docs/operate.md#foyers360circuitopen.',
      ),
    );
  }
  if (upstream.inDoubtOrders > 0) {
    findings.push(
      warning(
        subject,
        `orders in doubt: ${upstream.inDoubtOrders}`,
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
