import { ID, ObjectType } from 'type-graphql';
import { formatGlobalId } from '../../domain/ids.js';
import type { CatalogSwap, Institution } from '../../services/institution.types.js';
import { InstitutionType } from '../institutions/institution.types.js';
import { PlainField } from '../plain-field.js';
import { DateTimeScalar } from '../scalars.js';
import { ProductChangeKindEnum, type ProductChangeKind } from './catalog.enums.js';
import { productOf, ProductType } from './catalog.types.js';

@ObjectType('ProductChange', { simpleResolvers: true })
export class ProductChangeType {
  @PlainField(() => ID)
  readonly productId: string;

  @PlainField(() => ProductType, { nullable: true, description: 'As it is now; null when it was removed.' })
  readonly product: ProductType | null;

  @PlainField(() => ProductChangeKindEnum)
  readonly kind: ProductChangeKind;

  constructor(productId: string, product: ProductType | null, kind: ProductChangeKind) {
    this.productId = productId;
    this.product = product;
    this.kind = kind;
  }
}

@ObjectType('CatalogChange', {
  description: 'A new catalog took the place of the one before.',
  simpleResolvers: true,
})
export class CatalogChangeType {
  constructor(
    private readonly owner: Institution,
    private readonly swap: CatalogSwap,
  ) {}

  @PlainField(() => InstitutionType)
  get institution(): InstitutionType {
    return new InstitutionType(this.owner, this.swap.snapshot);
  }

  @PlainField(() => ID)
  get version(): string {
    return this.swap.snapshot.version;
  }

  @PlainField(() => DateTimeScalar)
  get at(): number {
    return this.swap.at;
  }

  @PlainField(() => [ProductChangeType], { description: 'What differs, performances and prices included.' })
  get products(): ProductChangeType[] {
    const { snapshot } = this.swap;
    return this.swap.products.map(({ productId, kind }) => {
      const product = kind === 'REMOVED' ? null : productOf(this.owner, snapshot, productId);
      return new ProductChangeType(formatGlobalId(this.owner.code, productId), product, kind);
    });
  }
}
