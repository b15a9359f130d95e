import { describe, expect, it } from 'vitest';
import { HELP, readReconcileOptions } from '../../src/reconciliation/reconcile-options.js';

const NOW = Date.UTC(2026, 10, 25);
const read = (line: string): ReturnType<typeof readReconcileOptions> =>
  readReconcileOptions(line.split(' ').filter(Boolean), NOW);

describe('options of reconcile', () => {
  it('are taken with blanks or with =', () => {
    const wanted = { kind: 'compare', institution: 'hall', month: '2026-11', out: null };
    expect(read('--institution hall --month 2026-11')).toEqual(wanted);
    expect(read('--month=2026-11 --institution=hall --out=a.csv')).toEqual({ ...wanted, out: 'a.csv' });
  });

  it('are explained, with what it costs, whatever else is asked', () => {
    expect(read('--month nonsense --help')).toEqual({ kind: 'help' });
    expect(HELP).toMatch(/exit codes: 0/i);
    expect(HELP).toMatch(/calls/);
  });

  it.each([
    ['', [/--institution is missing/, /--month is missing/]],
    ['--institution hall', [/--month is missing/]],
    ['--institution hall --month', [/--month needs a value/]],
    ['--institution --month 2026-11', [/--institution needs a value/]],
    ['--institution hall --month 2026-11 --mont x', [/--mont is no option/, /"x" is not expected/]],
    ['--institution hall --month 2026-11 extra', [/"extra" is not expected/]],
    ['--institution hall --institution hall --month 2026-11', [/--institution is given twice/]],
    ['--institution hall --month 2026-13', [/--month must be a month as YYYY-MM, got "2026-13"/]],
    ['--institution hall --month 11-2026', [/--month must be a month as YYYY-MM/]],
    ['--institution hall --month 2026-12', [/--month must be a month that has begun/]],
  ])('%j are refused, a line for each problem', (line, problems) => {
    const request = read(line);
    expect(request).toMatchObject({ kind: 'wrong' });
    const lines = request.kind === 'wrong' ? request.problems : [];
    expect(lines.every((text) => !text.includes('\n'))).toBe(true);
    for (const problem of problems) expect(lines.join('\n')).toMatch(problem);
  });

  it('take a month that has begun somewhere on earth', () => {
    const lastDay = Date.UTC(2026, 10, 30, 11);
    expect(readReconcileOptions(['--institution', 'a', '--month', '2026-12'], lastDay).kind).toBe('compare');
  });
});
