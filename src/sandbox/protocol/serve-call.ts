import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { DrawnFaults, FaultKind } from '../faults.js';
import type { Turn } from '../limits.js';
import type { Operation, OperationResult } from '../operations/operation.types.js';
import { PARAMETER_MISSING, TECHNICAL_ERROR, failure } from '../operations/results.js';
import type { SandboxParts, ServedInstitution } from '../sandbox-parts.js';
import { emptyAnswer, lengthOf, sendAnswer, textAnswer, type Answer } from './answer.js';
import { cutConnection, malform, sendTruncated, unknownEnums } from './damage.js';
import { hostileAnswer } from './hostile-answers.js';
import { findPolledJob, finish, refuseUnknownJob, type Asked } from './in-progress.js';
import type { Inbound } from './inbound.types.js';
import { missingParameters } from './parameters.js';
import { collectPieces } from './prepared-part.js';
import { Refusal } from './refusal.js';

/** Beyond a limit; announced to become 429 one day. */
export const LIMIT_STATUS = 509;
/** Longer answers go out in chunks. */
const LONGEST_IN_ONE_PIECE = 65_536;
const LONGEST_CORRELATION_ID = 128;
const HOSTILE: readonly FaultKind[] = ['entityExpansion', 'deepNesting', 'oversize', 'emptyAnswer'];

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** One call of either protocol: the limits, the scripted faults, the operation, the answer, the journal. */
export async function serveCall(
  parts: SandboxParts,
  institution: ServedInstitution,
  inbound: Inbound,
  { request, response }: Exchange,
): Promise<void> {
  const { protocol, service, method, requestBytes } = inbound;
  const { code } = institution;
  const at = parts.clock.now();
  const call = parts.journal.open({
    at,
    institution: code,
    protocol,
    service,
    method,
    requestBytes,
    correlationId: correlationIdOf(request),
  });

  const ending = parts.limits.takeCall(code, at)
    ? await carryOut(parts, institution, inbound, at)
    : LIMIT_EXCEEDED;
  if (ending.kind === 'silence') return;
  if (ending.kind === 'cut') return cutConnection(response);
  const { answer, isTruncated } = ending;
  tellTime(parts, response);
  call.httpStatus = answer.status;
  call.statusCode = ending.statusCode;
  call.responseBytes = isTruncated
    ? await sendTruncated(response, answer)
    : await sendAnswer(request, response, answer);
}

/** What a caller says of itself is kept, but not at any length. */
export function correlationIdOf({ headers }: IncomingMessage): string | null {
  const id = headers['x-request-id'];
  return typeof id === 'string' ? id.slice(0, LONGEST_CORRELATION_ID) : null;
}

/** How a call ends: with an answer, with a cut connection, or not at all. */
type Ending =
  | {
      readonly kind: 'answer';
      readonly answer: Answer;
      readonly statusCode: string | null;
      readonly isTruncated: boolean;
    }
  | { readonly kind: 'cut' }
  | { readonly kind: 'silence' };

const LIMIT_EXCEEDED = plain(emptyAnswer(LIMIT_STATUS));

function plain(answer: Answer): Ending {
  return { kind: 'answer', answer, statusCode: null, isTruncated: false };
}

async function carryOut(
  parts: SandboxParts,
  institution: ServedInstitution,
  inbound: Inbound,
  atMs: number,
): Promise<Ending> {
  let asked: Asked;
  try {
    asked = { ...(await inbound.read()), institution: institution.code, jobs: institution.jobs };
  } catch (error) {
    if (error instanceof Refusal) return plain(inbound.refuse(error));
    throw error;
  }
  // From here to the turn nothing may wait: two calls must not both find it free.
  const polled = findPolledJob(asked);
  const unknownJob = polled ? null : refuseUnknownJob(asked);
  const turn = polled || unknownJob ? null : turnOf(asked);
  if (turn && !parts.limits.isTurnFree(turn, atMs)) return LIMIT_EXCEEDED;

  const faults = parts.faults.draw({
    institution: institution.code,
    service: asked.operation.service,
    method: asked.operation.method,
  });
  if (faults.has('resetBefore')) return { kind: 'cut' };
  if (faults.has('http509')) return LIMIT_EXCEEDED;
  if (turn) parts.limits.takeTurn(turn, atMs);
  if (faults.has('hang')) return { kind: 'silence' };

  await pause(
    parts.latencyMs + faults.delayMs('latency') / 2 + faults.delayMs('delayBefore'),
    parts.stopping,
  );
  if (faults.has('soapFault')) return plain(inbound.fail('Scripted fault'));
  if (faults.has('http500')) return plain(textAnswer(500, 'text/html', '<html>Internal Server Error</html>'));
  const result =
    unknownJob ??
    (await finish(asked, polled, () => run(institution, asked, faults), {
      format: inbound.format,
      waitMs: parts.asyncWaitMs,
      isHeldBack: faults.has('inProgress') && !asked.operation.runLater,
    }));
  await pause(faults.delayMs('latency') / 2 + faults.delayMs('delayAfter'), parts.stopping);
  if (faults.has('resetAfter')) return { kind: 'cut' };
  return {
    kind: 'answer',
    answer: await writeAnswer(inbound, asked.operation, result, faults),
    statusCode: result.statusCode,
    isTruncated: faults.has('truncate'),
  };
}

function turnOf({ operation, args, institution }: Asked): Turn | null {
  const { method, limit } = operation;
  if (!limit) return null;
  const part = limit.perParameter === undefined ? undefined : args.number(limit.perParameter)?.toString();
  return { institution, method, limit, part };
}

function run(
  institution: ServedInstitution,
  { operation, args }: Asked,
  faults: DrawnFaults,
): OperationResult {
  const missing = missingParameters(operation, args);
  if (missing.length > 0) return failure(PARAMETER_MISSING, `missing: ${missing.join(', ')}`);
  const pointOfSalesId = args.number('pointOfSalesId');
  if (pointOfSalesId !== undefined && pointOfSalesId !== institution.world.posConfig.posId) {
    return failure(
      TECHNICAL_ERROR,
      `pointOfSalesId ${pointOfSalesId} is not a point of sales of this operator`,
    );
  }
  if (operation.runLater && faults.has('inProgress')) {
    return operation.runLater(institution, args, faults.delayMs('inProgress'));
  }
  return operation.run(institution, args);
}

async function writeAnswer(
  inbound: Inbound,
  operation: Operation,
  result: OperationResult,
  faults: DrawnFaults,
): Promise<Answer> {
  const hostile = HOSTILE.find((kind) => faults.has(kind));
  const attack = hostile && hostileAnswer(hostile, inbound.format);
  if (attack) return attack;
  const filter = faults.has('unknownEnum') ? unknownEnums : undefined;
  const pieces = inbound.write(operation, result, {
    filter,
    hasWrongNamespace: faults.has('wrongNamespace'),
  });
  const body = await collectPieces(pieces, inbound.format, filter);
  const answer = {
    status: 200,
    contentType: `${inbound.contentType}; charset=utf-8`,
    body: lengthOf(body) > LONGEST_IN_ONE_PIECE ? body : [Buffer.concat(body)],
  };
  return faults.has('malformed') ? malform(answer, inbound.format) : answer;
}

/** S-360's clock, by which callers know how far theirs is off; here it can be moved. */
export function tellTime({ clock }: SandboxParts, response: ServerResponse): void {
  response.setHeader('date', new Date(clock.now()).toUTCString());
}

/** A caller who hangs up does not stop the work: only the end of the sandbox does. */
async function pause(ms: number, stopping: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal: stopping, ref: false });
}
