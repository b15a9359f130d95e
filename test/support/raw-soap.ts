import type { InstitutionAddress } from '../../src/sandbox/server.js';
import type { ServiceName } from '../../src/sandbox/operations/operation.types.js';

export type RawService = ServiceName;

/** SOAP endpoints below an institution, written out as S-360's pages do. */
const ENDPOINTS: Readonly<Record<RawService, string>> = {
  CatalogService:
    '/tnseb/external-remoting/com.secutix.service.realtime.catalog.v1_33.CatalogService.webservice',
  AvailabilityService:
    '/tnseb/external-remoting/com.secutix.service.realtime.availability.v1_33.AvailabilityService.webservice',
  SetupService: '/tnseb/external-remoting/com.secutix.service.realtime.setup.v1_33.SetupService.webservice',
  ContactInformationPublicService:
    '/tnco/external-remoting/com.secutix.service.contact.v2_21.ContactInformationPublicService.webservice',
  ExternalOrderFacade:
    '/tnseb/external-remoting/com.secutix.service.realtime.externalorder.v1_33.ExternalOrderFacade.webservice',
  ExternalOrderService:
    '/tnseb/external-remoting/com.secutix.service.realtime.externalorder.v1_33.ExternalOrderService.webservice',
  ExternalOrderHistoryService:
    '/tnseb/external-remoting/com.secutix.service.realtime.history.v1_33.ExternalOrderHistoryService.webservice',
  ExternalPaymentService:
    '/tnseb/external-remoting/com.secutix.service.realtime.externalpayment.v1_33.ExternalPaymentService.webservice',
  ExternalSeatingService:
    '/tnseb/external-remoting/com.secutix.service.realtime.seat.v1_0.ExternalSeatingService.webservice',
};

/** Namespaces, as spelled on S-360's pages: only the contact module's ends with a slash. */
function namespaceOf(service: RawService): string {
  if (service === 'ContactInformationPublicService') return `http://v2_21.${service}.service.secutix.com/`;
  const version = service === 'ExternalSeatingService' ? 'v1_0' : 'v1_33';
  return `http://${version}.${service}.service.secutix.com`;
}

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const TOKEN_PROFILE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0';

type Credentials = Pick<InstitutionAddress, 'username' | 'password'>;

/** The security headers seen in working clients, and the same with other prefixes. */
export const SECURITY_HEADERS: Readonly<Record<string, (by: Credentials) => string>> = {
  'mustUnderstand, PasswordText and an id': ({ username, password }) =>
    `<wsse:Security soapenv:mustUnderstand="1" xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}">
       <wsse:UsernameToken wsu:Id="UsernameToken-1">
         <wsse:Username>${username}</wsse:Username>
         <wsse:Password Type="${TOKEN_PROFILE}#PasswordText">${password}</wsse:Password>
       </wsse:UsernameToken>
     </wsse:Security>`,
  'prefix ns2, no type': ({ username, password }) =>
    `<ns2:Security xmlns:ns2="${WSSE}"><ns2:UsernameToken><ns2:Username>${username}</ns2:Username>` +
    `<ns2:Password>${password}</ns2:Password></ns2:UsernameToken></ns2:Security>`,
  'nonce and creation time in the token': ({ username, password }) =>
    `<wsse:Security xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}"><wsse:UsernameToken>
       <wsse:Username>${username}</wsse:Username><wsse:Password>${password}</wsse:Password>
       <wsse:Nonce EncodingType="${TOKEN_PROFILE}#Base64Binary">MTIzNDU2Nzg5MA==</wsse:Nonce>
       <wsu:Created>2026-01-12T09:00:00.000Z</wsu:Created>
     </wsse:UsernameToken></wsse:Security>`,
  'no prefix at all': ({ username, password }) =>
    `<Security xmlns="${WSSE}"><UsernameToken><Username>${username}</Username>` +
    `<Password>${password}</Password></UsernameToken></Security>`,
};

const USUAL_HEADER = SECURITY_HEADERS['mustUnderstand, PasswordText and an id']!;

export interface RawCall {
  readonly service: RawService;
  readonly method: string;
  /** Elements inside the wrapper. */
  readonly parameters?: string;
  readonly security?: (by: Credentials) => string;
  readonly headers?: Record<string, string>;
}

/** An envelope as the vendor's examples write it. */
export function envelope(by: Credentials, { service, method, parameters = '', security }: RawCall): string {
  const wrapper = parameters === '' ? `<v1:${method}/>` : `<v1:${method}>${parameters}</v1:${method}>`;
  return (
    `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:v1="${namespaceOf(service)}">` +
    `<soapenv:Header>${(security ?? USUAL_HEADER)(by)}</soapenv:Header>` +
    `<soapenv:Body>${wrapper}</soapenv:Body></soapenv:Envelope>`
  );
}

export function endpointOf({ baseUrl }: InstitutionAddress, service: RawService): string {
  return baseUrl + ENDPOINTS[service];
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** Posts any text to a SOAP endpoint. */
export async function postRaw(
  institution: InstitutionAddress,
  service: RawService,
  body: string,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const response = await fetch(endpointOf(institution, service), {
    method: 'POST',
    headers: {
      'content-type': 'text/xml; charset=utf-8',
      soapaction: '""',
      // fetch asks for gzip when it is not told otherwise.
      'accept-encoding': 'identity',
      ...headers,
    },
    body,
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

export function callRaw(institution: InstitutionAddress, call: RawCall): Promise<RawAnswer> {
  return postRaw(institution, call.service, envelope(institution, call), call.headers);
}

/** Texts of the elements of that name, in order; names without prefix. */
export function textsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text ?? '');
}
