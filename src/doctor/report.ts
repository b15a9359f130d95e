import type { Finding } from './finding.js';

const MARKS = { ok: 'ok      ', warning: 'warning ', problem: 'problem ' } as const;
const WIDTH = 110;
const INDENT = ' '.repeat(MARKS.ok.length);

/** A line for each finding, what to do below it, and a sum at the end. */
export function reportOf(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ level, subject, says, todo }) => [
    ...wrapped(`${subject}: ${says}`, MARKS[level]),
    ...(todo === undefined ? [] : wrapped(`-> ${todo}`, INDENT)),
  ]);
  return `${[...lines, '', sumOf(findings)].join('\n')}\n`;
}

function sumOf(findings: readonly Finding[]): string {
  const count = (level: Finding['level']): number => findings.filter((each) => each.level === level).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  if (problems === 0 && warnings === 0) return `All ${findings.length} looks were good.`;
  return `${named(problems, 'problem')}, ${named(warnings, 'warning')}, ${count('ok')} good.`;
}

function named(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function wrapped(text: string, mark: string): string[] {
  const lines: string[] = [];
  let line = mark;
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH && line.trim() !== '' && line !== mark) {
      lines.push(line.trimEnd());
      line = INDENT;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
