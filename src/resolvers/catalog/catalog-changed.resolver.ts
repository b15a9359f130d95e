import { Arg, ID, Resolver, Root, Subscription, type SubscribeResolverData } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import type { CatalogSwap, Institution } from '../../services/institution.types.js';
import { institutionsNamed } from '../arguments.js';
import { MergedStreams } from '../merged.js';
import { CatalogChangeType } from './catalog-change.types.js';

interface CatalogChangedArgs {
  readonly institutions?: readonly string[] | null;
}

interface OwnedSwap {
  readonly owner: Institution;
  readonly swap: CatalogSwap;
}

@Resolver()
export class CatalogChangedResolver {
  @Subscription(() => CatalogChangeType, {
    description:
      'Every new catalog from now on, with what is different in it. Without `institutions`, of all.',
    subscribe,
  })
  catalogChanged(
    @Root() { owner, swap }: OwnedSwap,
    @Arg('institutions', () => [ID], { nullable: true, description: 'Codes.' })
    _institutions?: readonly string[] | null,
  ): CatalogChangeType {
    return new CatalogChangeType(owner, swap);
  }
}

function subscribe({
  args,
  context,
}: SubscribeResolverData<unknown, CatalogChangedArgs, RequestContext>): AsyncIterable<OwnedSwap> {
  const owners = institutionsNamed('institutions', args.institutions, context.institutions);
  const reader = new AbortController();
  return new MergedStreams(
    owners.map((owner) => ownedBy(owner, owner.catalog.changes(reader.signal))),
    () => reader.abort(),
  );
}

function ownedBy(owner: Institution, swaps: AsyncIterable<CatalogSwap>): AsyncIterable<OwnedSwap> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = swaps[Symbol.asyncIterator]();
      return {
        async next() {
          const { done, value } = await iterator.next();
          return done === true ? { done, value: undefined } : { done: false, value: { owner, swap: value } };
        },
      };
    },
  };
}
