import type { AvailabilityColor } from '../domain/availability.js';
import { INSTITUTION_CODE, quote } from '../domain/ids.js';
import { SYMBOLOGIES, type Symbology } from '../domain/symbology.js';
import type { EnvironmentReader } from './environment.js';
import { httpAddressOf } from './http-address.js';

/** One real institution, as `S360_INSTITUTIONS` and its own variables describe it. */
export interface InstitutionConfig {
  readonly code: string;
  /** What comes before `/tnseb`, without a slash at the end. */
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  /** Code of the pending account among the point of sales' payment methods. */
  readonly paymentMethod: string | null;
  /** How the venue's readers want barcodes drawn. */
  readonly symbology: Symbology;
  /** S-360's level words that differ from ours. */
  readonly levels: Readonly<Record<string, AvailabilityColor>>;
}

/** What each of them has besides its address, behind its prefix. */
export const INSTITUTION_VARIABLES = ['USERNAME', 'PASSWORD', 'PAYMENT_METHOD', 'LEVELS', 'SYMBOLOGY'];

const COLORS: readonly AvailabilityColor[] = ['GREEN', 'ORANGE', 'RED', 'GREY'];

/** Null: none is configured, so the embedded sandbox stands for S-360. */
export function readInstitutions(read: EnvironmentReader): readonly InstitutionConfig[] | null {
  const list = read.text('S360_INSTITUTIONS');
  if (list === null) return null;
  const institutions: InstitutionConfig[] = [];
  for (const entry of list.split(',').map((part) => part.trim())) {
    const separator = entry.indexOf('=');
    const code = entry.slice(0, separator);
    if (separator < 1 || !INSTITUTION_CODE.test(code)) {
      read.problem('S360_INSTITUTIONS', `must be a list of <code>=<base address>, got ${quote(entry)}`);
      continue;
    }
    if (institutions.some((other) => other.code === code)) {
      read.problem('S360_INSTITUTIONS', `names ${quote(code)} twice`);
      continue;
    }
    const prefix = variablePrefix(code);
    institutions.push({
      code,
      baseUrl: readBaseUrl(read, code, entry.slice(separator + 1)),
      username: read.required(`${prefix}USERNAME`),
      password: read.required(`${prefix}PASSWORD`),
      paymentMethod: read.text(`${prefix}PAYMENT_METHOD`),
      symbology: readSymbology(read, `${prefix}SYMBOLOGY`),
      levels: readLevels(read, `${prefix}LEVELS`),
    });
  }
  return institutions;
}

/** `opera-nord` is configured by `S360_OPERA_NORD_…`. */
export function variablePrefix(code: string): string {
  return `S360_${variableCode(code)}_`;
}

export function variableCode(code: string): string {
  return code.toUpperCase().replaceAll('-', '_');
}

/** QR unless the venue's readers want another one. */
export function readSymbology(read: EnvironmentReader, name: string): Symbology {
  return read.oneOf(name, SYMBOLOGIES, 'QR');
}

function readBaseUrl(read: EnvironmentReader, code: string, text: string): string {
  const url = httpAddressOf(text);
  if (url === null) {
    read.problem(
      'S360_INSTITUTIONS',
      `must give ${code} an http(s) address without query, got ${quote(text)}`,
    );
  } else if (url.username !== '' || url.password !== '') {
    read.problem(
      'S360_INSTITUTIONS',
      `must not hold credentials: use ${variablePrefix(code)}USERNAME and …PASSWORD`,
    );
  }
  if (url !== null && /\/tn(seb|co|ai)(\/|$)/.test(url.pathname)) {
    read.problem(
      'S360_INSTITUTIONS',
      `must give ${code} the address that comes before /tnseb, got ${quote(text)}`,
    );
  }
  return text.replace(/\/+$/, '');
}

function readLevels(read: EnvironmentReader, name: string): Record<string, AvailabilityColor> {
  const levels: Record<string, AvailabilityColor> = Object.create(null);
  for (const pair of (read.text(name) ?? '').split(',').filter((part) => part.trim() !== '')) {
    const [word = '', wanted = ''] = pair.split('=').map((part) => part.trim());
    const color = COLORS.find((known) => known === wanted);
    if (word === '' || color === undefined) {
      read.problem(name, `must be a list of <level>=<${COLORS.join('|')}>, got ${quote(pair)}`);
    } else {
      levels[word] = color;
    }
  }
  return levels;
}
