import { GraphQLError } from 'graphql';

export interface Review {
  readonly id: string;
  readonly stars: number;
  readonly text: string | null;
  readonly performance: { readonly __typename: 'Performance'; readonly id: string };
}

/** What a partner knows of Foyer's performances: reviews, in memory. */
export class Reviews {
  readonly #all: Review[] = [];

  /** Throws an error that the caller is told when `stars` is not from 1 to 5. */
  write(performanceId: string, stars: number, text: string | null): Review {
    if (stars < 1 || stars > 5) {
      throw new GraphQLError(`\`stars\` must be from 1 to 5, got ${stars}`, {
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
    const performance = { __typename: 'Performance', id: performanceId } as const;
    const review = { id: `review-${this.#all.length + 1}`, stars, text, performance };
    this.#all.push(review);
    return review;
  }

  latest(first: number): Review[] {
    return this.#all.toReversed().slice(0, Math.max(first, 0));
  }

  /** The entity as this subgraph sees it; there is one for every id, as whose it is only Foyer knows. */
  performance(id: string) {
    const reviews = this.#all.filter(({ performance }) => performance.id === id);
    const sum = reviews.reduce((total, { stars }) => total + stars, 0);
    return {
      __typename: 'Performance',
      id,
      reviews,
      averageStars: reviews.length === 0 ? null : sum / reviews.length,
    };
  }
}
