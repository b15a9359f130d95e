import { GraphQLScalarType, Kind } from 'graphql';
import { formatUtc, formatZoned, parseInstant, type ZonedInstant } from '../domain/local-time.js';
import { lengthOf } from '../domain/ids.js';

/**
 * Inside, an instant is epoch milliseconds; a field answers either that, shown in UTC, or a ZonedInstant, shown with
 * the offset of its place. An argument arrives as epoch milliseconds.
 */
export const DateTimeScalar = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description:
    'A moment in RFC 3339 with its offset: "2026-02-14T20:00:00+01:00". Times of a venue carry the venue\'s offset.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize(value) {
    if (typeof value === 'number') return formatUtc(value);
    if (isZonedInstant(value)) return formatZoned(value);
    throw new TypeError('DateTime must be epoch milliseconds or a ZonedInstant');
  },
  parseValue: readInstant,
  parseLiteral: (node) => readInstant(node.kind === Kind.STRING ? node.value : null),
});

/** A decimal number as text, in and out, so that no amount passes through a floating-point number. */
export const DecimalScalar = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description: 'A decimal number as a string, never a float: "45.00".',
  serialize(value) {
    if (typeof value === 'string') return value;
    throw new TypeError('Decimal must be a string');
  },
  parseValue: readDecimal,
  parseLiteral: (node) => readDecimal(node.kind === Kind.STRING ? node.value : null),
});

function isZonedInstant(value: unknown): value is ZonedInstant {
  return typeof value === 'object' && value !== null && 'epochMs' in value && 'timeZone' in value;
}

function readInstant(value: unknown): number {
  const epochMs = typeof value === 'string' ? parseInstant(value) : null;
  if (epochMs === null) {
    throw new TypeError(
      `must be a string in RFC 3339 with an offset, like "2026-02-14T20:00:00+01:00"${got(value)}`,
    );
  }
  return epochMs;
}

const DECIMAL = /^-?\d{1,15}(\.\d{1,3})?$/;

function readDecimal(value: unknown): string {
  if (typeof value === 'string' && DECIMAL.test(value)) return value;
  throw new TypeError(`must be a string with at most 3 decimals, like "45.00"${got(value)}`);
}

function got(value: unknown): string {
  return typeof value === 'string' ? `, ${lengthOf(value)}` : '';
}
