/** What was sent to the control endpoint cannot be done; the message names the member and the rule. */
export class ControlInputError extends Error {
  override readonly name = 'ControlInputError';
}

type Input = Readonly<Record<string, unknown>>;

/** A JSON object with no other members than these. */
export function readInput(body: Buffer, members: readonly string[]): Input {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new ControlInputError('The body must be JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ControlInputError('The body must be one JSON object');
  }
  refuseUnknown(Object.keys(value), members);
  return { ...value };
}

function refuseUnknown(found: readonly string[], members: readonly string[]): void {
  const unknown = found.find((member) => !members.includes(member));
  if (unknown === undefined) return;
  throw new ControlInputError(`\`${unknown}\` is not a member; expected ${members.join(', ')}`);
}

/** A query string with no other members than these. */
export function readQuery(query: URLSearchParams, members: readonly string[]): Input {
  refuseUnknown([...query.keys()], members);
  return Object.fromEntries(query);
}

interface NumberRule {
  readonly min: number;
  readonly max?: number;
  readonly isWhole?: boolean;
}

export function optionalNumber(input: Input, member: string, rule: NumberRule): number | undefined {
  const { min, max = Number.MAX_SAFE_INTEGER, isWhole = true } = rule;
  // S-360's ids are texts in most programs.
  const value =
    typeof input[member] === 'string' && /^\d{1,15}$/.test(input[member])
      ? Number(input[member])
      : input[member];
  if (value === undefined || value === null) return undefined;
  const isGood = typeof value === 'number' && value >= min && value <= max;
  if (isGood && (!isWhole || Number.isInteger(value))) return value;
  const range = rule.max === undefined ? `>= ${min}` : `from ${min} to ${max}`;
  throw broken(member, `a ${isWhole ? 'whole ' : ''}number ${range}`, value);
}

export function requiredNumber(input: Input, member: string, rule: NumberRule): number {
  return optionalNumber(input, member, rule) ?? missing(member);
}

export function optionalText(input: Input, member: string): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw broken(member, 'a text that is not empty', value);
}

export function optionalBoolean(input: Input, member: string): boolean | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw broken(member, 'true or false', value);
}

export function optionalOneOf<T extends string>(
  input: Input,
  member: string,
  values: readonly T[],
): T | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  const found = values.find((each) => each === value);
  if (found !== undefined) return found;
  throw broken(member, `one of ${values.join(', ')}`, value);
}

export function requiredOneOf<T extends string>(input: Input, member: string, values: readonly T[]): T {
  return optionalOneOf(input, member, values) ?? missing(member);
}

export function broken(member: string, rule: string, value: unknown): ControlInputError {
  return new ControlInputError(`\`${member}\` must be ${rule}, got ${JSON.stringify(value).slice(0, 100)}`);
}

function missing(member: string): never {
  throw new ControlInputError(`\`${member}\` is missing`);
}
