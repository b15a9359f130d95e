import { isIP } from 'node:net';

export interface SandboxSettings {
  /** `SANDBOX_HOST`: where it listens, 127.0.0.1 by default; an address, 0.0.0.0 for all of the machine's. */
  readonly host: string;
  /** `SANDBOX_PORT`: 4360 by default; 0 picks a free one. */
  readonly port: number;
  /** `SANDBOX_WORLD`: a catalog file to make an institution of; without it the sandbox's own three. */
  readonly worldFile: string | undefined;
  /** `SANDBOX_SEED`: the same seed is the same world and the same buyers. */
  readonly seed: string;
  /** `SANDBOX_SIZE`: megabytes that the concert hall's catalog has in SOAP; its natural size by default. */
  readonly sizeMb: number | undefined;
  /** `SANDBOX_SPEED`: 1 is the pace of a demonstration; 0 stops the buyers. */
  readonly speed: number;
  /** `SANDBOX_LATENCY_MS`: what every operation takes on top of its work. */
  readonly latencyMs: number;
  /** `SANDBOX_CONTROL`: `off` serves nothing at `/_sandbox/`, by which anybody can change the sandbox; on by default. */
  readonly control: boolean;
  /** `S360_MINUTE_MS`: how long the contract's minute lasts; 60000 is the real one. */
  readonly minuteMs: number;
}

/** Everything wrong with the settings, a line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment; throws one SettingsError with every problem. An empty variable counts as absent. */
export function readSettings(env: Environment): SandboxSettings {
  const problems: string[] = [];

  function text(name: string): string | undefined {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
  }

  function number<F>(name: string, rule: NumberRule & { readonly fallback: F }): number | F {
    const value = text(name);
    if (value === undefined) return rule.fallback;
    const found = (rule.isWhole === false ? DECIMAL : WHOLE).test(value) ? Number(value) : NaN;
    if (found >= rule.min && found <= rule.max) return found;
    const kind = rule.isWhole === false ? 'a number' : 'a whole number';
    problems.push(`${name} must be ${kind} from ${rule.min} to ${rule.max}, got "${value.slice(0, 40)}"`);
    return rule.fallback;
  }

  function address(name: string, fallback: string): string {
    const value = text(name) ?? fallback;
    if (isIP(value) === 0) problems.push(`${name} must be an IP address, got "${value.slice(0, 40)}"`);
    return value;
  }

  function onOrOff(name: string): boolean {
    const value = text(name) ?? 'on';
    if (value !== 'on' && value !== 'off') {
      problems.push(`${name} must be one of on, off, got "${value.slice(0, 40)}"`);
    }
    return value !== 'off';
  }

  const settings: SandboxSettings = {
    host: address('SANDBOX_HOST', '127.0.0.1'),
    port: number('SANDBOX_PORT', { fallback: 4360, min: 0, max: 65_535 }),
    worldFile: text('SANDBOX_WORLD'),
    seed: text('SANDBOX_SEED') ?? 'foyer',
    sizeMb: number('SANDBOX_SIZE', { fallback: undefined, min: 0.1, max: 50, isWhole: false }),
    speed: number('SANDBOX_SPEED', { fallback: 1, min: 0, max: 1_000, isWhole: false }),
    latencyMs: number('SANDBOX_LATENCY_MS', { fallback: 0, min: 0, max: 600_000 }),
    control: onOrOff('SANDBOX_CONTROL'),
    minuteMs: number('S360_MINUTE_MS', { fallback: 60_000, min: 10, max: 3_600_000 }),
  };
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

interface NumberRule {
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
}

const WHOLE = /^\d{1,16}$/;
const DECIMAL = /^\d{1,16}(\.\d{1,6})?$/;
