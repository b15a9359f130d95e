import type { ContactBook } from '../contacts/contact-book.js';
import type { MethodLimit } from '../limits.js';
import type { InstitutionWorld } from '../model.js';
import type { OrderOffice } from '../orders/order-office.js';
import type { Stock } from '../stock.types.js';
import type { Arguments } from './arguments.js';
import type { AvailabilitySwitches } from './availability-switches.js';
import type { CatalogAnswers } from './catalog-answers.js';

export type ServiceName =
  | 'CatalogService'
  | 'AvailabilityService'
  | 'SetupService'
  | 'ContactInformationPublicService'
  | 'ExternalOrderFacade'
  | 'ExternalOrderService'
  | 'ExternalOrderHistoryService'
  | 'ExternalPaymentService'
  | 'ExternalSeatingService';

/** A scalar as the XML schema names it; `long` holds ids and amounts, `integer` 32 bits, `dateTime` an instant with an offset. */
export type ScalarType = 'long' | 'integer' | 'string' | 'boolean' | 'dateTime';

interface ParameterCommon {
  readonly name: string;
  readonly isList?: true;
  /** When it is missing, the answer is HTTP 200 with `error.parameter.missing`. */
  readonly isMandatory?: true;
}

export interface ScalarParameter extends ParameterCommon {
  readonly type: ScalarType;
}

/** A structure: its members are read by the same rules. */
export interface ObjectParameter extends ParameterCommon {
  readonly type: 'object';
  readonly members: readonly Parameter[];
}

export type Parameter = ScalarParameter | ObjectParameter;

/** What one institution's operations answer from. */
export interface OperationScope {
  readonly code: string;
  readonly world: InstitutionWorld;
  readonly stock: Stock;
  readonly clock: { now(): number };
  readonly minuteMs: number;
  readonly switches: AvailabilitySwitches;
  readonly catalog: CatalogAnswers;
  readonly contacts: ContactBook;
  readonly orders: OrderOffice;
}

/** A result object as S-360 calls it: the common header, and members of the operation's own. */
export interface OperationResult {
  readonly requestId?: number;
  readonly statusCode: string;
  readonly statusDetail?: string;
  readonly requestState?: 'IN_PROGRESS' | 'DONE' | 'FAILED';
  readonly [member: string]: unknown;
}

/** One method of a service; SOAP and REST-RPC are both served from it. */
export interface Operation {
  readonly service: ServiceName;
  readonly method: string;
  /** Names the element in the SOAP answer. */
  readonly resultClass: string;
  /** In the order of the schema, without `requestId`, which comes first everywhere. */
  readonly parameters: readonly Parameter[];
  readonly limit: MethodLimit | null;
  /** May answer `in_progress` when its work takes long. */
  readonly isAsynchronous: boolean;
  /** For what changes something: the same call again is another one, and no poll of the first unless it brings its `requestId`. */
  readonly isRepeatable?: true;
  run(scope: OperationScope, args: Arguments): OperationResult;
  /**
   * For methods that change something and may be told to answer `in_progress`: accepts the work, which takes effect
   * after so many real milliseconds. There is nothing to poll by a second call.
   */
  runLater?(scope: OperationScope, args: Arguments, delayMs: number): OperationResult;
}

/** Handle for asynchronous methods, sent back by the others. */
export const REQUEST_ID: Parameter = { name: 'requestId', type: 'integer' };
