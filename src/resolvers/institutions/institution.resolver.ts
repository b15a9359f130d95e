import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import { checkInstitutionCode } from '../arguments.js';
import { loaded } from '../catalog/loaded.js';
import { InstitutionType } from './institution.types.js';
import { UpstreamType } from './upstream.types.js';
import { ForOperators } from '../federation/directives.js';

@Resolver(() => InstitutionType)
export class InstitutionResolver {
  @Query(() => [InstitutionType], {
    description: 'In the order they are configured; without those whose first catalog is still being loaded.',
  })
  institutions(@Ctx() { institutions }: RequestContext): InstitutionType[] {
    return [...institutions.values()].flatMap((institution) => {
      const snapshot = institution.catalog.current();
      return snapshot === null ? [] : [new InstitutionType(institution, snapshot)];
    });
  }

  @Query(() => InstitutionType, { nullable: true, description: 'Null when none has this code.' })
  institution(
    @Arg('code', () => ID) code: string,
    @Ctx() { institutions }: RequestContext,
  ): InstitutionType | null {
    const institution = institutions.get(checkInstitutionCode('code', code));
    return institution ? new InstitutionType(institution, loaded(institution).snapshot) : null;
  }

  @ForOperators()
  @FieldResolver(() => UpstreamType, {
    description: 'What this gateway spends on S-360. Needs the scope `operator`.',
  })
  upstream(@Root() { institution, snapshot }: InstitutionType): UpstreamType {
    return new UpstreamType(institution, snapshot);
  }
}
