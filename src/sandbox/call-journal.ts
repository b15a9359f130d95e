export type CallProtocol = 'soap' | 'rest' | 'wsdl' | 'token';

/** One call as it arrived and as it was answered; what tests count. */
export interface JournaledCall {
  /** Epoch ms on the sandbox's clock: the moment the limits were asked. */
  readonly at: number;
  readonly institution: string;
  readonly protocol: CallProtocol;
  /** Empty for the token endpoint. */
  readonly service: string;
  /** As the caller spelled it; `wsdl` and `auth` for the two calls that are no method; empty when it cannot be read. */
  readonly method: string;
  /** Null while there is no answer, and for ever when the connection was cut before one. */
  httpStatus: number | null;
  /** Of the result header; null when the answer has none. */
  statusCode: string | null;
  readonly requestBytes: number;
  /** `x-request-id` of the call: what its sender calls the work that it is part of. Null when it says nothing. */
  readonly correlationId: string | null;
  /** Bytes of the body as sent, compressed if it was. */
  responseBytes: number;
}

export type ArrivedCall = Omit<JournaledCall, 'httpStatus' | 'statusCode' | 'responseBytes'>;

export interface CallJournal {
  /** Notes a call in the order of arrival; the caller fills in the answer when it is known. */
  open(call: ArrivedCall): JournaledCall;
  list(): readonly JournaledCall[];
  clear(): void;
}

/** Half a day at the full rate of one institution; older calls are forgotten first. */
const MOST_CALLS = 130_000;

export function createCallJournal(): CallJournal {
  let calls: JournaledCall[] = [];
  return {
    open(arrived) {
      const call: JournaledCall = { ...arrived, httpStatus: null, statusCode: null, responseBytes: 0 };
      calls.push(call);
      if (calls.length > MOST_CALLS) calls = calls.slice(-MOST_CALLS / 2);
      return call;
    },
    list: () => calls,
    clear() {
      calls = [];
    },
  };
}
