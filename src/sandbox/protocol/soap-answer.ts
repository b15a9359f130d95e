import type { Operation, OperationResult } from '../operations/operation.types.js';
import { textAnswer, type Answer } from './answer.js';
import type { Refusal, RefusalKind } from './refusal.js';
import { SOAP } from './soap-request.js';
import type { AnswerPiece, ScalarFilter } from './writer.types.js';
import { WSSE } from './ws-security.js';
import { XSI } from './xml-reader.js';
import { escapeXml, writeXmlElement } from './xml-writer.js';

/** The whole answer to a method, in pieces; `namespace` is the service's. */
export function* writeSoapAnswer(
  operation: Operation,
  result: OperationResult,
  options: { readonly namespace: string; readonly filter?: ScalarFilter | undefined },
): Generator<AnswerPiece> {
  const wrapper = `ns2:${operation.method}Response`;
  yield `${OPENING}<${wrapper} xmlns:ns2="${escapeXml(options.namespace)}">`;
  yield* writeXmlElement(operation.resultClass, result, options.filter);
  yield `</${wrapper}>${CLOSING}`;
}

/** A SOAP 1.1 fault, sent with HTTP 500 as that version asks. */
export function soapFaultAnswer(faultcode: string, faultstring: string): Answer {
  const fault = `<S:Fault><faultcode>${faultcode}</faultcode><faultstring>${escapeXml(faultstring)}</faultstring></S:Fault>`;
  return textAnswer(500, 'text/xml', `${OPENING}${fault}${CLOSING}`);
}

export function refusalAsFault({ kind, message }: Refusal): Answer {
  return soapFaultAnswer(FAULT_CODES[kind], message);
}

/** [I] for the security namespace: how S-360 refuses wrong credentials is not known. */
const FAULT_CODES: Readonly<Record<RefusalKind, string>> = {
  malformed: 'S:Client',
  unknownOperation: 'S:Client',
  badParameter: 'S:Client',
  notUnderstood: 'S:MustUnderstand',
  versionMismatch: 'S:VersionMismatch',
  unauthenticated: 'wsse:FailedAuthentication',
  forbidden: 'wsse:FailedAuthentication',
};

const OPENING =
  `<?xml version="1.0" encoding="UTF-8"?>` +
  `<S:Envelope xmlns:S="${SOAP}" xmlns:xsi="${XSI}" xmlns:wsse="${WSSE}"><S:Body>`;
const CLOSING = '</S:Body></S:Envelope>';
