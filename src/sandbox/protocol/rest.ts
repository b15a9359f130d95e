import type { Service } from '../operations/table.js';
import type { OperationResult } from '../operations/operation.types.js';
import { checkBearerToken } from './access-token.js';
import { jsonAnswer, textAnswer, type Answer } from './answer.js';
import type { Inbound } from './inbound.types.js';
import { writeJson } from './json-writer.js';
import { readArguments, type RawMembers } from './parameters.js';
import { Refusal } from './refusal.js';

export interface RestCall {
  readonly method: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

/** A REST-RPC call to one service. */
export function readRestCall(service: Service, institutionCode: string, call: RestCall): Inbound {
  return {
    protocol: 'rest',
    service: service.name,
    method: call.method,
    requestBytes: call.body.length,
    format: 'json',
    contentType: 'application/json',
    async read() {
      await checkBearerToken(call.authorization, institutionCode);
      const operation = service.operations.get(call.method);
      if (!operation) throw new Refusal('unknownOperation', `${service.restName} has no ${call.method}`);
      return { operation, args: readArguments(operation, memberValues(call.body)) };
    },
    write: (_operation, result, { filter }) => writeJson(withHeader(result), filter),
    refuse,
    fail: (message) => page(500, message),
  };
}

/** JSON writes the header's absent members as null. */
function withHeader({ requestId, statusCode, statusDetail, ...members }: OperationResult): object {
  return { requestId: requestId ?? null, statusCode, statusDetail: statusDetail ?? null, ...members };
}

function memberValues(body: Buffer): RawMembers {
  return membersOf(readObject(body));
}

function membersOf(object: Readonly<Record<string, unknown>>): RawMembers {
  return (name) => {
    const value = Object.hasOwn(object, name) ? object[name] : null;
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.filter((each) => each !== null && each !== undefined).map(rawValue);
  };
}

function rawValue(value: unknown): ReturnType<RawMembers>[number] {
  return typeof value === 'object'
    ? { scalar: null, members: Array.isArray(value) ? null : membersOf(value as Record<string, unknown>) }
    : { scalar: value as string | number | boolean, members: null };
}

function readObject(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new Refusal('malformed', `The body is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Refusal('malformed', 'The body must be one JSON object');
}

/** Errors are not always JSON: a maintained client had to learn that, so the sandbox mixes them too. */
function refuse({ kind, message }: Refusal): Answer {
  switch (kind) {
    case 'unauthenticated':
      return textAnswer(401, 'text/plain', message);
    case 'forbidden':
      return page(403, 'Forbidden');
    case 'unknownOperation':
      return page(404, message);
    default:
      return jsonAnswer(400, { error: message });
  }
}

function page(status: number, message: string): Answer {
  const text = message.replace(/[&<>]/g, ' ');
  return textAnswer(
    status,
    'text/html',
    `<html><head><title>${status}</title></head><body>${text}</body></html>`,
  );
}
