import type { Service } from '../operations/table.js';
import type { RawMembers } from './parameters.js';
import { Refusal } from './refusal.js';
import { WSSE } from './ws-security.js';
import { childOf, MalformedXmlError, readXml, type XmlElement } from './xml-reader.js';

export const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const SOAP_12 = 'http://www.w3.org/2003/05/soap-envelope';

/** A SOAP 1.1 request, taken apart. */
export interface SoapRequest {
  readonly header: XmlElement | undefined;
  /** The one element in the body; its name is the method's. */
  readonly wrapper: XmlElement;
}

/** Throws Refusal for everything that is no SOAP 1.1 envelope with one element in its body. */
export function readSoapRequest(body: Buffer): SoapRequest {
  const envelope = readEnvelope(body);
  const header = childOf(envelope, SOAP, 'Header');
  const wrapper = childOf(envelope, SOAP, 'Body')?.children[0];
  if (!wrapper) throw new Refusal('malformed', 'The envelope has no body, or nothing in it');
  return { header, wrapper };
}

/**
 * The wrapper must be in the service's namespace. Where that has no slash at its end, one is let pass, as clients
 * mix the modules up; where it has one, it must be there.
 */
export function checkNamespace(wrapper: XmlElement, service: Service): void {
  if (wrapper.namespace === service.namespace || wrapper.namespace === `${service.namespace}/`) return;
  throw new Refusal(
    'unknownOperation',
    `Cannot find dispatch method for {${wrapper.namespace}}${wrapper.name}`,
  );
}

/** Headers that the caller wants to be understood or refused. */
export function checkMustUnderstand(header: XmlElement | undefined): void {
  for (const block of header?.children ?? []) {
    const { namespace, name } = block;
    const mustUnderstand = block.attribute(SOAP, 'mustUnderstand');
    if ((mustUnderstand === '1' || mustUnderstand === 'true') && namespace !== WSSE)
      throw new Refusal('notUnderstood', `The header {${namespace}}${name} is not understood`);
  }
}

/** The values of a parameter: unqualified elements of that name, in order, without the nil ones. */
export function parameterValues(wrapper: XmlElement): RawMembers {
  const qualified = wrapper.children.find(({ namespace }) => namespace !== '');
  if (qualified) {
    throw new Refusal(
      'badParameter',
      `Parameters are unqualified elements, got {${qualified.namespace}}${qualified.name}`,
    );
  }
  return (name) =>
    wrapper.children
      .filter((child) => child.name === name && !child.isNil)
      .map((child) => ({ scalar: child.text, members: parameterValues(child) }));
}

function readEnvelope(body: Buffer): XmlElement {
  try {
    const root = readXml(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (root.name === 'Envelope' && root.namespace === SOAP) return root;
    if (root.namespace === SOAP_12) {
      throw new Refusal('versionMismatch', 'This service speaks SOAP 1.1');
    }
    throw new Refusal('versionMismatch', `Expected a SOAP 1.1 Envelope, got {${root.namespace}}${root.name}`);
  } catch (error) {
    if (error instanceof MalformedXmlError) {
      throw new Refusal('malformed', `Couldn't create SOAP message: ${error.message}`);
    }
    if (error instanceof TypeError) throw new Refusal('malformed', 'The request is not UTF-8');
    throw error;
  }
}
