import 'reflect-metadata';
import { composeServices } from '@theguild/federation-composition';
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { buildSchema, execute, parse, subscribe, graphql, GraphQLError, printError } from 'graphql';
import { writeFileSync } from 'node:fs';
import { createSchema } from '../src/resolvers/schema.js';
import { subgraphSdl } from '../src/resolvers/federation/subgraph-sdl.js';
import { graphInstitution, graphOf } from '../test/support/catalog-graph.js';
import { performance as perf, product, snapshotOf } from '../test/support/catalog-records.js';
const own = createSchema({ isSubgraph: true });
const r = composeServices([
  { name: 'foyer', typeDefs: parse(subgraphSdl(own)), url: 'http://foyer' },
  { name: 'reviews', typeDefs: parse(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
   type Query { latestReviews: [Review!]! }
   type Review { id: ID! stars: Int! performance: Performance! }
   type Performance @key(fields: "id") { id: ID! reviews: [Review!]! }`), url: 'http://reviews' },
]);
console.log(r.errors);
writeFileSync('/tmp/exp/super.graphql', r.supergraphSdl!);
const g: any = graphInstitution('lyric', await snapshotOf([product('1', { performances: [perf('11','1',{}), perf('12','1',{})] })]));
const schema = getStitchedSchemaFromSupergraphSdl({ supergraphSdl: r.supergraphSdl!, 
  onSubschemaConfig(c) {
    console.log('config', c.name, c.endpoint, Object.keys(c), (c as any).batch);
    c.executor = async (req: any) => {
      const text = (await import('graphql')).print(req.document);
      console.log('---', c.name, req.operationType, JSON.stringify(req.variables), text);
      if (c.name.toLowerCase() === 'foyer') return execute({ schema: own, document: req.document, variableValues: req.variables, contextValue: req.context }) as any;
      if (req.variables?.representations) return { data: { _entities: req.variables.representations.map((x: any) => ({ __typename: 'Performance', reviews: [{ id: 'r'+x.id, stars: 4, __typename: 'Review' }] })) } };
      return { data: { latestReviews: [{ id: '1', stars: 3, performance: { __typename: 'Performance', id: 'lyric:11' } }, { id: '2', stars: 3, performance: { __typename: 'Performance', id: 'lyric:99' } }] } };
    };
  } });
const { createLoaders } = await import('../src/datasources/loaders.js');
const m = new Map([['lyric', g]]);
const ctx: any = { institutions: m, loaders: createLoaders(m as any), languages: [], now: () => Date.now() };
for (const source of [
  '{ performances { nodes { id name startsAt reviews { stars } availability { color } } } }',
  '{ latestReviews { id stars performance { name startsAt } } }',
  '{ product(id: "bad") { name } a: performance(id: "lyric:11") { ...P } products(first: 500) { nodes { id } } } fragment P on Performance { name prices { amount { amount } } }',
  '{ performances(filter: { startsFrom: "rubbish" }) { nodes { id } } }',
]) {
  const res = await graphql({ schema, source, contextValue: ctx });
  console.log(JSON.stringify(res, null, 0));
  for (const e of res.errors ?? []) { let x: any = e; const chain = []; while (x) { chain.push([x.constructor.name, x.message, x.path?.join('.'), x.nodes?.[0]?.kind]); x = x.originalError; } console.log(chain); }
}
