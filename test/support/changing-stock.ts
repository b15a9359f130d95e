import type { ColorWitness, SeenChange } from './color-witness.js';
import { eventually } from './eventually.js';
import { queryData } from './graphql-client.js';
import type { TestSandbox } from './sandbox.js';

export type SeeingWitness = Pick<ColorWitness, 'changes' | 'contradictions' | 'until'>;

/** One seat category that is sold out and comes back, each time that it is told: what happened to it is known. */
export interface ChangingStock {
  /** The other color, at S-360. */
  flip(): Promise<void>;
  /** Resolves when every witness was told of every flip; fails when one was told anything else. */
  isSeenBy(...witnesses: readonly SeeingWitness[]): Promise<void>;
  /** Colors as S-360 had them, from the first flip on. */
  readonly colors: readonly string[];
  readonly performanceId: string;
}

const GREEN_ONES = /* GraphQL */ `
  {
    performances(filter: { colors: [GREEN] }, first: 1) {
      nodes {
        id
        availability {
          bySeatCategory {
            color
            seatCategory {
              id
            }
          }
        }
      }
    }
  }
`;

const ONE_OF_THEM = /* GraphQL */ `
  query ($id: ID!) {
    performance(id: $id) {
      id
      availability {
        bySeatCategory {
          color
          seatCategory {
            id
          }
        }
      }
    }
  }
`;

interface Colored {
  readonly id: string;
  readonly availability: {
    readonly bySeatCategory: readonly {
      readonly color: string;
      readonly seatCategory: { readonly id: string };
    }[];
  };
}

interface GreenOnes {
  readonly performances: { readonly nodes: readonly Colored[] };
}

interface OneOfThem {
  readonly performance: Colored;
}

/** Something green, as soon as all replicas show it: whoever subscribes now is told of nothing but the flips. */
export async function changingStock(sandbox: TestSandbox, urls: readonly string[]): Promise<ChangingStock> {
  const { performanceId, seatCategoryId } = await greenAt(urls[0]!);
  for (const url of urls) {
    await eventually('the same color at every replica', async () => {
      const { performance } = await queryData<OneOfThem>(url, ONE_OF_THEM, { id: performanceId });
      return performance.availability.bySeatCategory.find(
        ({ color, seatCategory }) => color === 'GREEN' && seatCategory.id === seatCategoryId,
      );
    });
  }
  const colors: string[] = [];
  const isOurs = ({ performance, seatCategory }: SeenChange): boolean =>
    performance?.id === performanceId && seatCategory?.id === seatCategoryId;
  const seenBy = ({ changes }: SeeingWitness): string[] => changes.filter(isOurs).map(({ after }) => after);

  return {
    colors,
    performanceId,
    async flip() {
      const isGone = colors.at(-1) === 'RED';
      const [institution, id] = performanceId.split(':');
      await sandbox.setStock({
        institution: institution!,
        performanceId: Number(id),
        seatCategoryId: Number(seatCategoryId.split(':')[1]),
        remaining: isGone ? 100_000 : 0,
      });
      colors.push(isGone ? 'GREEN' : 'RED');
    },
    async isSeenBy(...witnesses) {
      const wanted = colors.join(' ');
      await Promise.all(
        witnesses.map(async (witness) => {
          await witness.until(`the colors ${wanted}`, () => seenBy(witness).length >= colors.length);
          const seen = seenBy(witness).join(' ');
          if (seen !== wanted)
            throw new Error(`a subscriber was told ${seen}, but what happened was ${wanted}`);
          if (witness.contradictions.length > 0) throw new Error(witness.contradictions.join('\n'));
        }),
      );
    },
  };
}

function greenAt(url: string): Promise<{ readonly performanceId: string; readonly seatCategoryId: string }> {
  return eventually('a green performance', async () => {
    const { performances } = await queryData<GreenOnes>(url, GREEN_ONES);
    const [node] = performances.nodes;
    const category = node?.availability.bySeatCategory.find(({ color }) => color === 'GREEN');
    return category && { performanceId: node!.id, seatCategoryId: category.seatCategory.id };
  });
}
