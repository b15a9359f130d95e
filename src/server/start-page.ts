import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { allowStylesOnly } from './security-headers.js';
import type { GraphiqlSetting, StartPageFacts, StartPageInstitution } from './server.types.js';

type Facts = StartPageFacts & { readonly graphiql: GraphiqlSetting };

/** `/`: what this is and where to go from here. */
export function serveStartPage(app: FastifyInstance, facts: () => Facts): void {
  app.get('/', async (_request, reply) => {
    allowStylesOnly(reply, STYLE_HASH);
    reply.type('text/html; charset=utf-8');
    return startPage(facts());
  });
}

/** Facts -> the page at `/`, a whole document without scripts. Every value is escaped. */
export function startPage(facts: Facts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Foyer</title>
<link rel="icon" href="${FAVICON}">
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>Foyer</h1>
<p class="lead">One typed graph in front of SecuTix S-360: the catalog, colors as they change, contacts and orders.</p>
</header>
${facts.graphiql === 'nobody' ? '' : '<a class="button" href="graphiql">Open GraphiQL</a>'}
<section>
<h2>Institutions</h2>
${facts.institutions === null ? forCallers(facts.graphiql) : institutionTable(facts.institutions)}
</section>
<section>
<h2>Addresses</h2>
<dl>
<dt><code>/graphql</code></dt><dd>Queries by POST, subscriptions on a WebSocket (<code>graphql-transport-ws</code>)</dd>
${address('health/ready', 'Can it serve, and if not, why')}
${address('health/live', 'Is the process alive')}
${address('metrics', 'For Prometheus')}
${facts.sandboxUrl === null ? '' : sandbox(facts.sandboxUrl)}
</dl>
</section>
<footer>Foyer ${escapeHtml(facts.version)}${facts.sandboxUrl === null ? '' : ', with its embedded sandbox: no real tickets are sold here'}</footer>
</main>
</body>
</html>
`;
}

/** Where nothing is told without a credential: that it is so, and how one is sent. */
function forCallers(graphiql: GraphiqlSetting): string {
  return `<p>They are told to callers with an API key or a token, which goes with each request:</p>
<pre><code>authorization: Bearer foyer_…</code></pre>
<p class="quiet">${WITH_GRAPHIQL[graphiql]}Whoever runs this gateway gives out keys, made with <code>npm run key</code>.</p>`;
}

const WITH_GRAPHIQL: Readonly<Record<GraphiqlSetting, string>> = {
  everybody: 'GraphiQL has a field for it. ',
  operators:
    'GraphiQL is for operators: the browser asks for a name, which may be any, and a password, which is a key or a token with the scope <code>operator</code>. ',
  nobody: '',
};

function institutionTable(institutions: readonly StartPageInstitution[]): string {
  if (institutions.length === 0) return '<p class="quiet">None yet.</p>';
  return `<table>
<thead><tr><th>Code</th><th>Name</th><th class="number">Products</th><th class="number">Performances</th><th>Service</th></tr></thead>
<tbody>${institutions.map(institutionRow).join('')}</tbody>
</table>`;
}

function institutionRow({
  code,
  name,
  productCount,
  performanceCount,
  serviceLevel,
}: StartPageInstitution): string {
  const isNormal = serviceLevel === 'NORMAL';
  return `<tr><td><code>${escapeHtml(code)}</code></td><td>${
    name === null ? '<span class="quiet">catalog is loading</span>' : escapeHtml(name)
  }</td><td class="number" data-of="products">${count(productCount)}</td><td class="number" data-of="performances">${count(performanceCount)}</td><td class="level"><span class="light ${
    isNormal ? 'good' : 'warn'
  }"></span>${escapeHtml(serviceLevel.toLowerCase().replaceAll('_', ' '))}</td></tr>`;
}

function count(value: number | null): string {
  return value === null ? '' : value.toLocaleString('en');
}

function address(path: string, text: string): string {
  return `<dt><a href="${path}">/${path}</a></dt><dd>${text}</dd>`;
}

function sandbox(url: string): string {
  const text = escapeHtml(url);
  return `<dt><a href="${text}">${text}</a></dt><dd>The sandbox: a small S-360 that speaks SOAP</dd>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const FAVICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%234f2d7f'/%3E%3Ccircle cx='9' cy='16' r='3.4' fill='%2334c77b'/%3E%3Ccircle cx='16' cy='16' r='3.4' fill='%23ffb020'/%3E%3Ccircle cx='23' cy='16' r='3.4' fill='%23ff5a5f'/%3E%3C/svg%3E";

const STYLE = `
:root{color-scheme:light dark;--ink:#1d1a26;--quiet:#6b6578;--line:#e4e0ec;--paper:#fff;--ground:#f6f4fa;--accent:#4f2d7f}
@media (prefers-color-scheme:dark){:root{--ink:#efecf6;--quiet:#a49db5;--line:#3a3448;--paper:#221d2d;--ground:#17131f;--accent:#b99aec}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
main{max-width:47rem;margin:0 auto;padding:4rem 1.25rem 3rem}
h1{font-size:2.6rem;line-height:1;letter-spacing:-.03em;margin:0 0 .6rem}
h2{font-size:.8rem;text-transform:uppercase;letter-spacing:.09em;color:var(--quiet);margin:0 0 .9rem}
.lead{font-size:1.15rem;color:var(--quiet);margin:0}
.button{display:inline-block;margin:1.75rem 0 2.25rem;padding:.7rem 1.4rem;border-radius:.6rem;background:#4f2d7f;color:#fff;font-weight:600;text-decoration:none}
.button:hover,.button:focus-visible{background:#63399e}
section{background:var(--paper);border:1px solid var(--line);border-radius:.9rem;padding:1.4rem 1.5rem;margin:0 0 1.25rem;overflow-x:auto}
header+section{margin-top:2.25rem}
table{width:100%;border-collapse:collapse}
th{font-weight:600;font-size:.85rem;color:var(--quiet);text-align:left}
th,td{padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);white-space:nowrap}
tr:last-child td{border-bottom:0}
pre{margin:0;padding:.6rem .9rem;border:1px solid var(--line);border-radius:.5rem;overflow-x:auto}section p{margin:0 0 .8rem}section p:last-child{margin:.8rem 0 0}
.number{text-align:right;font-variant-numeric:tabular-nums;padding-right:1.5rem}
.light{display:inline-block;width:.6rem;height:.6rem;border-radius:50%;margin-right:.5rem}
.good{background:#2fb36d}.warn{background:#f0a020}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.55rem 1.5rem;margin:0}
dt,dd{margin:0}dd{color:var(--quiet)}
a{color:var(--accent)}code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em}
.quiet,footer{color:var(--quiet)}footer{font-size:.85rem;padding:.5rem .2rem}
@media (max-width:36rem){dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.7rem}main{padding-top:2rem}
thead{display:none}tr{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem .6rem;padding:.6rem 0;border-bottom:1px solid var(--line)}tr:last-child{border-bottom:0}
td{padding:0;border:0;order:2}td:nth-child(2){order:0;flex:1 1 55%;white-space:normal}.level{order:1}
.number:not(:empty)::after{content:" " attr(data-of)}.number{color:var(--quiet);font-size:.85rem}.number:empty{display:none}}
`;

/** For the content security policy: nothing but this style sheet is allowed on the page. */
const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;
