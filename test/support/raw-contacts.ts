import { SignJWT } from 'jose';
import { childOf, readXml, type XmlElement } from '../../src/sandbox/protocol/xml-reader.js';
import { callRaw } from './raw-soap.js';
import type { TestSandbox } from './sandbox.js';

const SERVICE = 'ContactInformationPublicService';
const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
export const CONTACT_NAMESPACE = `http://v2_21.${SERVICE}.service.secutix.com/`;

/** An element's members: a text, or members of its own; a name that comes twice is a list. */
export interface Members {
  readonly [name: string]: string | Members | readonly (string | Members)[];
}

/** Calls a contact method over SOAP, in the first institution, and answers the content of its result class. */
export async function askSoap(sandbox: TestSandbox, method: string, parameters: string): Promise<Members> {
  const answer = await callRaw(sandbox.institutions[0]!, { service: SERVICE, method, parameters });
  if (answer.status !== 200) throw new Error(`${method}: ${answer.status} ${answer.text}`);
  const body = childOf(readXml(answer.text), SOAP, 'Body');
  const wrapper = body?.children[0];
  if (wrapper?.namespace !== CONTACT_NAMESPACE || wrapper.name !== `${method}Response`) {
    throw new Error(`expected ${method}Response, got {${wrapper?.namespace}}${wrapper?.name}`);
  }
  return membersOf(wrapper.children[0]!) as Members;
}

/** The same over REST-RPC. */
export async function askRest(sandbox: TestSandbox, method: string, body: object): Promise<unknown> {
  const { code, username, password } = sandbox.institutions[0]!;
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const token = await new SignJWT({ sub: code.toUpperCase(), aud: username, iss: 'A partner' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + 60)
    .sign(new TextEncoder().encode(password));
  const address = `${sandbox.url}/${code}/tnco/backend-apis/contactInformationPublicService/v2_21/${method}`;
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method}: ${response.status} ${await response.text()}`);
  return response.json();
}

function membersOf(element: XmlElement): string | Members {
  if (element.children.length === 0) return element.text;
  const members: Record<string, string | Members | (string | Members)[]> = {};
  for (const child of element.children) {
    const value = membersOf(child);
    const known = members[child.name];
    members[child.name] = known === undefined ? value : [known, value].flat();
  }
  return members;
}
