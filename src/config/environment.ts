import { quote } from '../domain/ids.js';

export type Environment = Readonly<Record<string, string | undefined>>;

interface Range {
  readonly min: number;
  readonly max: number;
}

/** Reads variables one by one and collects what is wrong with them. Never repeats a value that could be a secret. */
export class EnvironmentReader {
  readonly problems: string[] = [];
  /** Of every variable that was asked for. */
  readonly names = new Set<string>();

  constructor(private readonly env: Environment) {}

  problem(name: string, rule: string): void {
    this.problems.push(`${name} ${rule}`);
  }

  /** Null when absent or empty. */
  text(name: string): string | null {
    this.names.add(name);
    const value = this.env[name]?.trim();
    return value === undefined || value === '' ? null : value;
  }

  /** Kept as it is: a password may begin with a space. */
  required(name: string): string {
    this.names.add(name);
    const value = this.env[name] ?? '';
    if (value === '') this.problem(name, 'is missing');
    return value;
  }

  integer(name: string, range: Range & { readonly fallback: number }): number {
    return this.optionalInteger(name, range) ?? range.fallback;
  }

  optionalInteger(name: string, { min, max }: Range): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const number = /^\d{1,16}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    this.problem(name, `must be a whole number from ${min} to ${max}, got ${quote(value)}`);
    return null;
  }

  oneOf<const T extends string>(name: string, values: readonly T[], fallback: T): T {
    const value = this.text(name);
    if (value === null) return fallback;
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) this.problem(name, `must be one of ${values.join(', ')}, got ${quote(value)}`);
    return found ?? fallback;
  }
}
