/** One value as the protocols hand it over: numbers for `long` and `integer`, members for a structure. */
export type ArgumentValue = string | number | boolean | Arguments;

/** The arguments of one call, or the members of a structure in it, already of the types that the parameters ask for. */
export class Arguments {
  constructor(private readonly values: ReadonlyMap<string, ArgumentValue | readonly ArgumentValue[]>) {}

  has(name: string): boolean {
    const value = this.values.get(name);
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  }

  number(name: string): number | undefined {
    const value = this.values.get(name);
    return typeof value === 'number' ? value : undefined;
  }

  text(name: string): string | undefined {
    const value = this.values.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  boolean(name: string): boolean | undefined {
    const value = this.values.get(name);
    return typeof value === 'boolean' ? value : undefined;
  }

  object(name: string): Arguments | undefined {
    const value = this.values.get(name);
    return value instanceof Arguments ? value : undefined;
  }

  /** Empty when absent; so are the other lists. */
  numbers(name: string): readonly number[] {
    return this.list(name).filter((each) => typeof each === 'number');
  }

  texts(name: string): readonly string[] {
    return this.list(name).filter((each) => typeof each === 'string');
  }

  objects(name: string): readonly Arguments[] {
    return this.list(name).filter((each) => each instanceof Arguments);
  }

  /** Equal for equal calls, whatever `requestId` they bring. */
  fingerprint(): string {
    return JSON.stringify(this.entries().filter(([name]) => name !== 'requestId'));
  }

  toJSON(): unknown {
    return this.entries();
  }

  private list(name: string): readonly ArgumentValue[] {
    const value = this.values.get(name);
    return Array.isArray(value) ? value : [];
  }

  private entries(): [string, unknown][] {
    return [...this.values].sort(([one], [other]) => (one < other ? -1 : 1));
  }
}
