import { readFileSync } from 'node:fs';

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: object;
}

/** One line of a panel. */
export interface DashboardQuery {
  readonly panel: string;
  readonly expression: string;
}

function dashboard(): Dashboard {
  const file = new URL('../../deploy/grafana/foyer.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Dashboard;
}

export function dashboardQueries(): DashboardQuery[] {
  return dashboard().panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ panel: title, expression: expr })),
  );
}

/** Those of the panels, and what the choices at the top are made of. */
export function dashboardExpressions(): string[] {
  const choices = JSON.stringify(dashboard().templating).matchAll(/label_values\((\w+), (\w+)\)/g);
  return [
    ...dashboardQueries().map(({ expression }) => expression),
    ...[...choices].map(([, metric, label]) => `${metric}{${label}=""}`),
  ];
}
