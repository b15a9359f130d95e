/** A metric that an expression of PromQL selects, with the labels that it is matched, joined or summed by. */
export interface Selected {
  readonly name: string;
  readonly labels: readonly string[];
}

const WORDS = new Set(
  (
    'and or unless on ignoring group_left group_right by without bool inf nan ' +
    'sum min max avg count topk bottomk quantile stddev'
  ).split(' '),
);

/**
 * The names and labels in an expression: as much of PromQL as rules and dashboards need, and no parser. Labels in
 * `by (…)` and `on (…)` are asked of every metric inside the parentheses next to it, or of all where there are none.
 */
export function metricsIn(expression: string): readonly Selected[] {
  const text = expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replaceAll(/\[[^\]]*\]|\boffset \w+/g, '');
  const grouped = [...text.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, labels]) => namesIn(labels!));
  const bare = text.replaceAll(/\b(?:by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  return [...bare.matchAll(/([a-zA-Z_:][\w:]*)\s*(\{[^}]*\}|\()?/g)].flatMap(([, name, after]) => {
    if (after === '(' || WORDS.has(name!.toLowerCase())) return [];
    const matched = [...(after ?? '').matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label!);
    return [{ name: name!, labels: [...new Set([...matched, ...grouped])] }];
  });
}

/** Whether every bracket of the expression has its partner. */
export function isBalanced(expression: string): boolean {
  const open: string[] = [];
  for (const bracket of expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').match(/[()[\]{}]/g) ?? []) {
    if ('([{'.includes(bracket)) open.push(bracket);
    else if (open.pop() !== { ')': '(', ']': '[', '}': '{' }[bracket]) return false;
  }
  return open.length === 0;
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
}
