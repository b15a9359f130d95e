import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import type { Page } from './paging.js';
import { PlainField } from './plain-field.js';

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: 'From 1 to 100.' })
  readonly first!: number;

  @Field(() => String, { nullable: true, description: 'The cursor of the last entry of the page before.' })
  readonly after?: string | null;
}

@ObjectType('PageInfo', { simpleResolvers: true })
export class PageInfoType {
  constructor(private readonly page: Page<unknown>) {}

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

/** The types `<name>Connection` and `<name>Edge`; make the first one of them with `connection(page, toNode)`. */
export function connectionType<Node extends object>(name: string, nodeType: () => ClassType<Node>) {
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

  @ObjectType(`${name}Connection`, { simpleResolvers: true })
  class ConnectionType implements Connection<Node> {
    constructor(
      private readonly page: Page<unknown>,
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

    @PlainField(() => Int, { description: 'Of all pages. Counted only when asked for.' })
    get totalCount(): number {
      return this.page.totalCount();
    }
  }
  PlainField(() => [nodeType()])(ConnectionType.prototype, 'nodes');
  return ConnectionType;
}
