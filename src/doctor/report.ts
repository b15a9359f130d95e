import { counted } from '../domain/counted.js';
import type { Finding } from './finding.js';

const MARKS = { ok: 'ok      ', warning: 'warning ', problem: 'problem ' } as const;
const WIDTH = 110;
const INDENT = ' '.repeat(MARKS.ok.length);

/** A line for each finding, what to do below it, a gap before each institution, and a sum at the end. */
export function reportOf(findings: readonly Finding[]): string {
  const lines = findings.flatMap((finding, index) => {
    const { level, subject, says, todo } = finding;
    const isOfAnother = index > 0 && groupOf(finding) !== groupOf(findings[index - 1]!);
    return [
      ...(isOfAnother ? [''] : []),
      ...wrapped(`${subject}: ${says}`, MARKS[level], INDENT),
      ...(todo === undefined ? [] : wrapped(todo, `${INDENT}-> `, `${INDENT}   `)),
    ];
  });
  return `${[...lines, '', sumOf(findings)].join('\n')}\n`;
}

/** `lyric` of `lyric: clock`; what is of no institution is one group. */
function groupOf({ subject }: Finding): string {
  const separator = subject.indexOf(': ');
  return separator < 0 ? '' : subject.slice(0, separator);
}

function sumOf(findings: readonly Finding[]): string {
  const count = (level: Finding['level']): number => findings.filter((each) => each.level === level).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  if (problems === 0 && warnings === 0) return `All ${findings.length} looks were good.`;
  return `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}, ${count('ok')} good.`;
}

/** Words are not broken, so that what is to be copied stays whole. */
function wrapped(text: string, first: string, next: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH && !isEmpty) {
      lines.push(line.trimEnd());
      line = next;
    }
    line += `${word} `;
    isEmpty = false;
  }
  return [...lines, line.trimEnd()];
}
