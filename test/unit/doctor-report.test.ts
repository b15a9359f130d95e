import { expect, it } from 'vitest';
import { ok, problem, warning } from '../../src/doctor/finding.js';
import { reportOf } from '../../src/doctor/report.js';

it('the report of the doctor says what to do below what is wrong, and leaves words whole', () => {
  const address = `https://${'a'.repeat(120)}.example`;
  const report = reportOf([
    ok('configuration', '2 institutions: arena, lyric'),
    warning('PUBLIC_URL', 'is not set', 'Set it.'),
    ok('arena: network', '127.0.0.1 can be reached'),
    problem(
      'arena: operator',
      'S-360 refuses the name or the password of the operator',
      'Check S360_ARENA_USERNAME, which begins with the code of the institution at S-360, and S360_ARENA_PASSWORD.',
    ),
    problem('lyric: network', `${address} cannot be reached`, address),
  ]);
  expect(report).toBe(`ok      configuration: 2 institutions: arena, lyric
warning PUBLIC_URL: is not set
        -> Set it.

ok      arena: network: 127.0.0.1 can be reached
problem arena: operator: S-360 refuses the name or the password of the operator
        -> Check S360_ARENA_USERNAME, which begins with the code of the institution at S-360, and
           S360_ARENA_PASSWORD.

problem lyric: network:
        ${address}
        cannot be reached
        -> ${address}

2 problems, 1 warning, 2 good.
`);
});

it('the report of the doctor ends in one line where all is well', () => {
  expect(reportOf([ok('configuration', 'good'), ok('journal', 'good')])).toMatch(
    /\nAll 2 looks were good\.\n$/,
  );
});
