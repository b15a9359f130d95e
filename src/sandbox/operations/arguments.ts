/** An argument as the protocols hand it over: numbers for `long` and `integer`, text for the others. */
export type ArgumentValue = string | number | readonly (string | number)[];

/** The arguments of one call, already of the types that the operation's parameters ask for. */
export class Arguments {
  constructor(private readonly values: ReadonlyMap<string, ArgumentValue>) {}

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

  /** Empty when absent. */
  numbers(name: string): readonly number[] {
    const value = this.values.get(name);
    return Array.isArray(value) ? value.filter((each) => typeof each === 'number') : [];
  }

  /** Equal for equal calls, whatever `requestId` they bring. */
  fingerprint(): string {
    const entries = [...this.values].filter(([name]) => name !== 'requestId');
    return JSON.stringify(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  }
}
