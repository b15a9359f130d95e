import { isAbsolute, resolve } from 'node:path';
import { quote } from '../domain/ids.js';
import type { EnvironmentReader } from './environment.js';

/** Variables of the partner's subgraphs; null without `SUBGRAPHS`: Foyer then serves its own graph alone. */
export interface SubgraphsConfig {
  /** Addresses by name, or the file of a supergraph that was composed elsewhere. */
  readonly from:
    | {
        readonly kind: 'subgraphs';
        readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
      }
    | { readonly kind: 'file'; readonly path: string };
  /** Headers of a request that subgraphs get too, in lower case. None that speaks of the connection. */
  readonly forwardedHeaders: readonly string[];
  readonly deadlineMs: number;
  readonly pollMs: number;
}

const NAME = /^[a-z][a-z0-9_-]{0,31}$/;
const OWN_NAME = 'foyer';
const HEADER = /^[a-z0-9-]{1,64}$/;
/** They are between two neighbours, or say how long a body is that is another one now. */
const NEVER_FORWARDED =
  /^(host|connection|content-.*|accept|accept-encoding|transfer-encoding|te|trailer|upgrade|keep-alive|expect|proxy-.*|sec-.*)$/;

export function readSubgraphs(read: EnvironmentReader, workingDirectory: string): SubgraphsConfig | null {
  const text = read.text('SUBGRAPHS');
  const forwardedHeaders = readHeaders(read);
  const deadlineMs = read.integer('SUBGRAPH_DEADLINE_MS', { fallback: 5_000, min: 50, max: 60_000 });
  const pollMs = read.integer('SUBGRAPH_POLL_MS', { fallback: 10_000, min: 50, max: 3_600_000 });
  if (text === null) return null;
  const from = /\.graphqls?$/.test(text)
    ? { kind: 'file' as const, path: isAbsolute(text) ? text : resolve(workingDirectory, text) }
    : { kind: 'subgraphs' as const, subgraphs: readAddresses(read, text) };
  return { from, forwardedHeaders, deadlineMs, pollMs };
}

function readAddresses(read: EnvironmentReader, text: string): { name: string; url: string }[] {
  const subgraphs: { name: string; url: string }[] = [];
  for (const entry of text.split(',').map((part) => part.trim())) {
    const separator = entry.indexOf('=');
    const [name, address] = [entry.slice(0, separator), entry.slice(separator + 1)];
    if (separator < 1 || !NAME.test(name)) {
      read.problem('SUBGRAPHS', `must be a list of <name>=<address> or a .graphql file, got ${quote(entry)}`);
    } else if (name === OWN_NAME || subgraphs.some((other) => other.name === name)) {
      read.problem('SUBGRAPHS', `must have a name for each graph, and ${quote(name)} is taken`);
    } else if (!isAddress(address)) {
      read.problem('SUBGRAPHS', `must give ${name} an http(s) address without name and password`);
    } else {
      subgraphs.push({ name, url: address });
    }
  }
  return subgraphs;
}

function isAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

function readHeaders(read: EnvironmentReader): string[] {
  const names = (read.text('SUBGRAPH_HEADERS') ?? 'accept-language')
    .split(',')
    .map((name) => name.trim().toLowerCase());
  const wrong = names.find((name) => !HEADER.test(name) || NEVER_FORWARDED.test(name));
  if (wrong !== undefined) {
    read.problem(
      'SUBGRAPH_HEADERS',
      `must be a list of names of headers that can be forwarded, got ${quote(wrong)}`,
    );
  }
  return names;
}
