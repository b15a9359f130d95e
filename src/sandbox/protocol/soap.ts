import type { Service } from '../operations/table.js';
import type { Inbound } from './inbound.types.js';
import { readArguments } from './parameters.js';
import { Refusal } from './refusal.js';
import { refusalAsFault, soapFaultAnswer, writeSoapAnswer } from './soap-answer.js';
import {
  checkMustUnderstand,
  checkNamespace,
  parameterValues,
  readSoapRequest,
  type SoapRequest,
} from './soap-request.js';
import { checkUsernameToken } from './ws-security.js';

const OTHER_NAMESPACE = 'http://v0_0.SomeOtherService.service.example';

/** A SOAP 1.1 call to one service. */
export function readSoapCall(service: Service, institutionCode: string, body: Buffer): Inbound {
  const request = attempt(() => readSoapRequest(body));
  return {
    protocol: 'soap',
    service: service.name,
    method: request instanceof Refusal ? '' : request.wrapper.name,
    requestBytes: body.length,
    format: 'xml',
    contentType: 'text/xml',
    async read() {
      if (request instanceof Refusal) throw request;
      const { header, wrapper } = request;
      checkUsernameToken(header, institutionCode);
      checkMustUnderstand(header);
      checkNamespace(wrapper, service);
      const operation = service.operations.get(wrapper.name);
      if (!operation) {
        throw new Refusal(
          'unknownOperation',
          `Cannot find dispatch method for {${wrapper.namespace}}${wrapper.name}`,
        );
      }
      return { operation, args: readArguments(operation, parameterValues(wrapper)) };
    },
    write: (operation, result, { filter, hasWrongNamespace }) =>
      writeSoapAnswer(operation, result, {
        namespace: hasWrongNamespace === true ? OTHER_NAMESPACE : service.namespace,
        filter,
      }),
    refuse: refusalAsFault,
    fail: (message) => soapFaultAnswer('S:Server', message),
  };
}

/** A request that cannot be read is still a call, to be counted before it is refused. */
function attempt(read: () => SoapRequest): SoapRequest | Refusal {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
