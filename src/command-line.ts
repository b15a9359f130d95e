import { parseArgs } from 'node:util';
import { quote } from './domain/ids.js';

/** What a command may be told, by the names of its options. A `value` follows its option, a `switch` stands alone. */
export type CommandOptions = Readonly<Record<string, 'value' | 'switch'>>;

export type CommandLine<O extends CommandOptions> =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'told';
      /** A line each; then the rest is what was understood all the same. */
      readonly problems: readonly string[];
      readonly values: { readonly [K in keyof O]?: string };
      readonly switches: ReadonlySet<keyof O>;
      /** What stands without an option, for commands that take such. */
      readonly words: readonly string[];
    };

/** What every command ends with when it was told what it does not know. */
export const WRONG_ARGUMENTS = 2;

/**
 * Reads the arguments after the program's name. `--help` goes before all else, so that who
 * does not know what to write is told. `usage`: one line, which ends the lines of arguments that the command does not have.
 */
export function readCommandLine<const O extends CommandOptions>(
  args: readonly string[],
  options: O,
  { usage, takesWords = false }: { readonly usage: string; readonly takesWords?: boolean },
): CommandLine<O> {
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(Object.entries(options).map(([name, kind]) => [name, { type: TYPES[kind] }])),
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    tokens: true,
  });
  const problems = new Set<string>();
  const values = new Map<string, string>();
  const switches = new Set<string>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (takesWords) words.push(token.value);
      else problems.add(`${quote(token.value)} is not expected; ${usage}`);
    }
    if (token.kind !== 'option') continue;
    const { name, value } = token;
    if (name === 'help') return { kind: 'help' };
    const kind = Object.hasOwn(options, name) ? options[name] : undefined;
    // Letters behind one dash are taken for one option each.
    const given = token.rawName.startsWith('--') ? token.rawName : args[token.index];
    if (kind === undefined) problems.add(`${given} is no option; ${usage}`);
    else if (kind === 'switch') {
      if (value === undefined) switches.add(name);
      else problems.add(`--${name} takes no value; ${usage}`);
    } else if (value === undefined || value === '' || value.startsWith('--'))
      problems.add(`--${name} needs a value; ${usage}`);
    else if (values.has(name)) problems.add(`--${name} is given twice`);
    else values.set(name, value);
  }
  return {
    kind: 'told',
    problems: [...problems],
    values: Object.fromEntries(values) as { readonly [K in keyof O]?: string },
    switches,
    words,
  };
}

const TYPES = { value: 'string', switch: 'boolean' } as const;
