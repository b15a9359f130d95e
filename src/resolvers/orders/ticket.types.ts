import { OperationTypeNode, type GraphQLResolveInfo } from 'graphql';
import { ID, ObjectType } from 'type-graphql';
import type { RequestContext } from '../../context.js';
import { formatGlobalId } from '../../domain/ids.js';
import type { OrderLine, Ticket, TicketState } from '../../domain/order.js';
import type { Symbology } from '../../domain/symbology.js';
import type { Institution } from '../../services/institution.types.js';
import { performanceOf, PerformanceType, productOf, ProductType } from '../catalog/catalog.types.js';
import { TariffType } from '../catalog/tariff.types.js';
import { PlainField } from '../plain-field.js';
import { drawBarcode } from './barcode-drawing.js';
import type { CatalogOfOrder } from './catalog-of-order.js';
import { tariffOfLine } from './order-line.types.js';
import { SymbologyEnum, TicketStateEnum } from './order.enums.js';
import { Key, Personal } from '../federation/directives.js';

@ObjectType('Barcode', {
  description: 'What opens the gate: a secret of whoever holds the ticket. It is never logged.',
  simpleResolvers: true,
})
export class BarcodeType {
  @PlainField(() => String, { description: 'Exactly as S-360 sent it.' })
  readonly value: string;

  @PlainField(() => SymbologyEnum)
  readonly symbology: Symbology;

  constructor(value: string, symbology: Symbology) {
    this.value = value;
    this.symbology = symbology;
  }

  @PlainField(() => String, {
    description:
      'A picture that stands alone, with its quiet zone: a whole SVG document. At most 500 in an operation.',
  })
  svg(_args: object, context: RequestContext): Promise<string> {
    return drawBarcode(context, this.value, this.symbology);
  }
}

@Key('id')
@Personal()
@ObjectType('Ticket', { description: 'One admission of a closed order.', simpleResolvers: true })
export class TicketType {
  constructor(
    private readonly owner: Institution,
    private readonly catalog: CatalogOfOrder,
    private readonly record: Ticket,
    /** The line it was sold by. */
    private readonly line: OrderLine,
  ) {}

  @PlainField(() => ID)
  get id(): string {
    return formatGlobalId(this.owner.code, this.record.id);
  }

  @PlainField(() => TicketStateEnum)
  get state(): TicketState {
    return this.record.state;
  }

  @PlainField(() => PerformanceType, { nullable: true, description: 'Null for an item.' })
  get performance(): PerformanceType | null {
    const { performanceId } = this.line;
    return performanceId === null ? null : performanceOf(this.owner, this.catalog, performanceId);
  }

  @PlainField(() => ProductType)
  get product(): ProductType {
    return productOf(this.owner, this.catalog, this.line.productId)!;
  }

  @PlainField(() => TariffType)
  get tariff(): TariffType {
    return tariffOfLine(this.catalog, this.line);
  }

  @PlainField(() => String, {
    nullable: true,
    description: 'Row and seat as people read them; null where places have no numbers.',
  })
  get seatLabel(): string | null {
    return this.record.seatLabel;
  }

  @PlainField(() => String, { nullable: true, description: 'For whom it is, where it has a name on it.' })
  get holder(): string | null {
    return this.record.holder;
  }

  @PlainField(() => BarcodeType, {
    nullable: true,
    description:
      'Null until S-360 gave one, and always in a subscription: ask for it with a query when the order is closed.',
  })
  barcode(_args: object, _context: RequestContext, info: GraphQLResolveInfo): BarcodeType | null {
    const { barcode } = this.record;
    // A subscription's payloads wait in queues, where a secret has no place.
    if (barcode === null || info.operation.operation === OperationTypeNode.SUBSCRIPTION) return null;
    return new BarcodeType(barcode, this.owner.symbology);
  }
}
