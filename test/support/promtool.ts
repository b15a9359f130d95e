import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const HAS_PROMETHEUS = ['promtool', 'prometheus'].every((program) =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program))),
);

/** Why Prometheus cannot be asked; null when it can. Under CI that is a failure and no reason to test less: always null. */
export const NO_PROMETHEUS =
  !HAS_PROMETHEUS && process.env['CI'] !== 'true'
    ? 'no Prometheus here: apt install --no-install-recommends prometheus, which gives prometheus and promtool'
    : null;

/** What promtool finds wrong, line by line; nothing when all is well. */
export async function promtool(args: readonly string[], input = ''): Promise<string[]> {
  const child = spawn('promtool', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  const [said, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  if (code === 0) return [];
  return `${said}\n${complaints}`.split('\n').filter((line) => line.trim() !== '');
}
