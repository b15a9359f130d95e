import { SANDBOX_PASSWORD, operatorOf } from './credentials.js';
import { Refusal } from './refusal.js';
import { childOf, type XmlElement } from './xml-reader.js';

export const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

/**
 * Checks the `UsernameToken` of a SOAP header. With or without `mustUnderstand`, password type, nonce and creation
 * time, and with any prefixes: all were seen in working clients.
 */
export function checkUsernameToken(header: XmlElement | undefined, institutionCode: string): void {
  const token = header && childOf(header, WSSE, 'Security');
  const usernameToken = token && childOf(token, WSSE, 'UsernameToken');
  const username = usernameToken && childOf(usernameToken, WSSE, 'Username')?.text.trim();
  const password = usernameToken && childOf(usernameToken, WSSE, 'Password');
  const isPlain = !(password?.attribute('', 'Type') ?? '').endsWith('#PasswordDigest');
  const isKnown =
    username === operatorOf(institutionCode) && isPlain && password?.text.trim() === SANDBOX_PASSWORD;
  if (!isKnown) throw new Refusal('unauthenticated', 'The security token could not be authenticated');
}
