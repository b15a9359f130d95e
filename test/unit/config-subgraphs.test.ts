import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import { ConfigError } from '../../src/errors.js';

function subgraphs(env: Record<string, string>) {
  return readConfig(env, '/srv').subgraphs;
}

function problems(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env, '/srv');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('SUBGRAPHS', () => {
  it('is none by default', () => {
    expect(subgraphs({})).toBeNull();
  });

  it('is a list of names and addresses, with usual deadlines', () => {
    expect(
      subgraphs({ SUBGRAPHS: 'reviews=http://a.example/graphql, content=https://b.example/x?y=1' }),
    ).toEqual({
      from: {
        kind: 'subgraphs',
        subgraphs: [
          { name: 'reviews', url: 'http://a.example/graphql' },
          { name: 'content', url: 'https://b.example/x?y=1' },
        ],
      },
      forwardedHeaders: ['accept-language'],
      deadlineMs: 5_000,
      pollMs: 10_000,
    });
  });

  it('is the file of a supergraph', () => {
    expect(subgraphs({ SUBGRAPHS: 'graphs/super.graphql' })?.from).toEqual({
      kind: 'file',
      path: '/srv/graphs/super.graphql',
    });
  });

  it.each([
    ['reviews', 'SUBGRAPHS must be a list of <name>=<address> or a .graphql file, got "reviews"'],
    [
      'Reviews!=http://a.example',
      'SUBGRAPHS must be a list of <name>=<address> or a .graphql file, got "Reviews!=http://a.example"',
    ],
    ['foyer=http://a.example', 'SUBGRAPHS must have a name for each graph, and "foyer" is taken'],
    ['a=http://a.example,a=http://b.example', 'SUBGRAPHS must have a name for each graph, and "a" is taken'],
    ['a=ftp://a.example', 'SUBGRAPHS must give a an http(s) address without name and password'],
    ['a=http://me:s3cret@a.example', 'SUBGRAPHS must give a an http(s) address without name and password'],
  ])('that is %s is refused, naming the rule', (text, problem) => {
    expect(problems({ SUBGRAPHS: text })).toEqual([problem]);
  });

  it.each(['host', 'Content-Length', 'connection', 'sec-websocket-key', 'a b'])(
    'cannot have the header %s forwarded',
    (name) => {
      expect(problems({ SUBGRAPHS: 'a=http://a.example', SUBGRAPH_HEADERS: name })).toEqual([
        `SUBGRAPH_HEADERS must be a list of names of headers that can be forwarded, got "${name.toLowerCase()}"`,
      ]);
    },
  );
});
