import type { CallProtocol } from '../call-journal.js';
import type { Arguments } from '../operations/arguments.js';
import type { Operation, OperationResult } from '../operations/operation.types.js';
import type { Answer } from './answer.js';
import type { Refusal } from './refusal.js';
import type { AnswerFormat, AnswerPiece, ScalarFilter } from './writer.types.js';

/** A call as its protocol understood it, and how that protocol answers. */
export interface Inbound {
  readonly protocol: CallProtocol;
  readonly service: string;
  /** As the caller spelled it; empty when it could not be read. */
  readonly method: string;
  readonly requestBytes: number;
  readonly format: AnswerFormat;
  readonly contentType: string;
  /** Checks who calls and what with; rejects with Refusal. */
  read(): Promise<{ readonly operation: Operation; readonly args: Arguments }>;
  write(operation: Operation, result: OperationResult, options: WriteOptions): Iterable<AnswerPiece>;
  refuse(refusal: Refusal): Answer;
  /** The answer to a call that failed inside. */
  fail(message: string): Answer;
}

export interface WriteOptions {
  readonly filter?: ScalarFilter | undefined;
  /** Puts the answer into a namespace that is not the service's, where the protocol has namespaces. */
  readonly hasWrongNamespace?: boolean;
}
