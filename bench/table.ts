/** A Markdown table: the first row is the heading. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const [heading = [], ...body] = rows;
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...body.map(line)].join('\n');
}

export function rounded(value: number, digits = 1): string {
  return value.toFixed(digits);
}
