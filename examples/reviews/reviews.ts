import { GraphQLError } from 'graphql';

export interface Review {
  readonly id: string;
  readonly stars: number;
  readonly text: string | null;
  readonly performanceId: string;
  /** Asked when it is selected. */
  performance(): ReviewedPerformance;
}

/** The entity as this subgraph sees it. */
export interface ReviewedPerformance {
  readonly __typename: 'Performance';
  readonly id: string;
  readonly reviews: readonly Review[];
  readonly averageStars: number | null;
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
    const performance = (): ReviewedPerformance => this.performance(performanceId);
    const review = { id: `review-${this.#all.length + 1}`, stars, text, performanceId, performance };
    this.#all.push(review);
    return review;
  }

  latest(first: number): Review[] {
    return this.#all.toReversed().slice(0, Math.max(first, 0));
  }

  /** There is one for every id: whose it is only Foyer knows. */
  performance(id: string): ReviewedPerformance {
    const reviews = this.#all.filter(({ performanceId }) => performanceId === id);
    const sum = reviews.reduce((total, { stars }) => total + stars, 0);
    return {
      __typename: 'Performance',
      id,
      reviews,
      averageStars: reviews.length === 0 ? null : sum / reviews.length,
    };
  }
}
