import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import type { Page } from './paging.js';
import { PlainField } from './plain-field.js';
import { Shareable } from './federation/directives.js';

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: 'From 1 to 100.' })
  readonly first!: number;

  @Field(() => String, { nullable: true, description: 'The cursor of the last entry of the page before.' })
  readonly after?: string | null;
}

/** A page of a list that nobody counts. */
export type UncountedPage = Omit<Page<unknown>, 'totalCount'>;

@Shareable()
@ObjectType('PageInfo', { simpleResolvers: true })
export class PageInfoType {
  constructor(private readonly page: UncountedPage) {}

  @PlainField(() => Boolean)
  get hasNextPage(): boolean {
    return this.page.hasNextPage;
  }

  @PlainField(() => Boolean)
  get hasPreviousPage(): boolean {
    return this.page.hasPreviousPage();
  }

  @PlainField(() => String, { nullable: true })
  get startCursor(): string | null {
    return this.page.entries[0]?.cursor ?? null;
  }

  @PlainField(() => String, { nullable: true })
  get endCursor(): string | null {
    return this.page.entries.at(-1)?.cursor ?? null;
  }
}

/** A Relay connection as its resolver fills it: a page, and how an entry becomes a node. */
export interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
}

/** The types `<name>Connection` and `<name>Edge`; make the first one of them with `new …(page, nodes)`. */
export function connectionType<Node extends object>(name: string, nodeType: () => ClassType<Node>) {
  const Uncounted = uncountedConnection(name, nodeType);

  @ObjectType(`${name}Connection`, { simpleResolvers: true })
  class ConnectionType extends Uncounted {
    constructor(
      private readonly countedPage: Page<unknown>,
      nodes: readonly Node[],
    ) {
      super(countedPage, nodes);
    }

    @PlainField(() => Int, { description: 'Of all pages. Counted only when asked for.' })
    get totalCount(): number {
      return this.countedPage.totalCount();
    }
  }
  return ConnectionType;
}

/** As `connectionType`, without `totalCount`: for what is counted nowhere. */
export function uncountedConnectionType<Node extends object>(name: string, nodeType: () => ClassType<Node>) {
  @ObjectType(`${name}Connection`, { simpleResolvers: true })
  class ConnectionType extends uncountedConnection(name, nodeType) {}
  return ConnectionType;
}

/** Not a type of the graph by itself. */
function uncountedConnection<Node extends object>(name: string, nodeType: () => ClassType<Node>) {
  @ObjectType(`${name}Edge`, { simpleResolvers: true })
  class EdgeType {
    @PlainField(() => String)
    readonly cursor: string;

    @PlainField(nodeType)
    readonly node: Node;

    constructor(cursor: string, node: Node) {
      this.cursor = cursor;
      this.node = node;
    }
  }

  @ObjectType()
  class UncountedType implements Connection<Node> {
    constructor(
      private readonly page: UncountedPage,
      readonly nodes: readonly Node[],
    ) {}

    @PlainField(() => [EdgeType])
    get edges(): EdgeType[] {
      return this.nodes.map((node, index) => new EdgeType(this.page.entries[index]!.cursor, node));
    }

    @PlainField(() => PageInfoType)
    get pageInfo(): PageInfoType {
      return new PageInfoType(this.page);
    }
  }
  PlainField(() => [nodeType()])(UncountedType.prototype, 'nodes');
  return UncountedType;
}
