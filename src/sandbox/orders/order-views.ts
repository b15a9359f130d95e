import type { InstitutionWorld, PhysicalConfiguration, TranslatedString } from '../model.js';
import { pendingBalanceOf } from './close-order.js';
import type { OrderOffice } from './order-office.js';
import type { Movement, Order, OrderFile, OrderOperation, Payment, Ticket } from './order.types.js';
import { amountOf, totalOf, type OrderChanges } from './place-order.js';

export type Granularity = 'OPERATIONS' | 'MOVEMENTS' | 'TICKETS';

/** `orderUpdateData`: what is new or changed, and what left. */
export function updateData(office: OrderOffice, changes: OrderChanges): object {
  const { order, operations, movements, removedOperationIds, removedMovementIds } = changes;
  return {
    orderId: order.orderId,
    orderSecretId: order.secretId,
    mainOperationId: order.operations[0]?.operationId,
    operationDataUpdates: operations.map((each) => operationData(office, order, each)),
    movementDataUpdates: movements.map((each) => movementData(office, order, each)),
    removeOperationIds: removedOperationIds,
    removeMovementIds: removedMovementIds,
    catalogCurrency: currencyOf(office.world),
    ...originOf(order),
  };
}

/** `orderDetailsData`, each granularity with what the one before has. */
export function orderDetails(office: OrderOffice, order: Order, granularity: Granularity): object {
  const { world } = office;
  const movements = order.operations.flatMap((operation) => operation.movements);
  return {
    orderId: order.orderId,
    orderSecretId: order.secretId,
    orderType: order.type,
    orderState: order.state,
    creationDateTime: instant(order.createdAtMs),
    referenceDate: instant(order.closedAtMs ?? order.createdAtMs),
    expirationDate: instant(order.expiresAtMs),
    contactReference: order.purchaser ?? undefined,
    salesChannelCode: textMember(world, 'salesChannelCode'),
    orderOriginator: ORIGINATOR,
    ...(order.originCode === null ? {} : { orderOriginData: { code: order.originCode } }),
    saleAmount: totalOf(order),
    preSaleAmount: 0,
    reservationAmount: 0,
    optionAmount: 0,
    waitingAccountBalanceAmount: pendingBalanceOf(order),
    catalogCurrency: currencyOf(world),
    operationDatas: order.operations.map((each) => operationData(office, order, each)),
    ...(granularity === 'OPERATIONS'
      ? {}
      : { movementDatas: movements.map((each) => movementData(office, order, each)) }),
    ...(granularity === 'TICKETS' ? { tickets: order.tickets.map(ticketData) } : {}),
  };
}

/** What all orders of this channel are made by. */
export const ORIGINATOR = 'EXTERNAL_SALE';

export function fileDetails(file: OrderFile): object {
  return {
    fileId: file.fileId,
    fileState: fileStateOf(file),
    lastModDateTime: instant(file.lastModifiedAtMs),
    fileContacts: file.contacts.map(({ contactReference, type }) => ({
      contactReference,
      fileContactType: type,
    })),
    fileAttachments: file.attachments.map(({ fileAttachmentId, fileName, uploadedAtMs }) => ({
      fileAttachmentId,
      name: fileName,
      uploadDate: instant(uploadedAtMs),
    })),
  };
}

/** Of the documented states, those that these orders can bring about; what makes each of them is [I]. */
export function fileStateOf({ orders }: OrderFile): string {
  if (orders.some(({ state }) => state === 'RUNNING')) return 'RUNNING';
  const closed = orders.filter(({ state }) => state === 'CLOSED');
  if (closed.length === 0) return 'ABANDONNED';
  const tickets = closed.flatMap((order) => order.tickets).filter(({ state }) => state !== 'INVALIDATED');
  if (tickets.length > 0 && tickets.every(({ state }) => state === 'CANCELLED')) return 'CANCELED';
  const total = closed.reduce((sum, order) => sum + totalOf(order), 0);
  const pending = closed.reduce((sum, order) => sum + pendingBalanceOf(order), 0);
  if (pending === 0) return 'SOLDED';
  return pending === total ? 'NOT_SOLDED' : 'PART_SOLDED';
}

export function operationData(office: OrderOffice, order: Order, operation: OrderOperation): object {
  const { world, catalog } = office;
  const { sold, tariffId, unitPrice } = operation;
  const tariff = tariffId === null ? undefined : catalog.tariff(tariffId);
  const vat = vatOf(world, operation);
  const total = amountOf(operation);
  const name = (text: TranslatedString | undefined): string | undefined => nameIn(world, text);
  return {
    operationId: operation.operationId,
    operationNumber: operation.number,
    fileId: order.file.fileId,
    kind: operation.kind,
    type: order.type,
    quantity: operation.quantity,
    basePrice: unitPrice,
    unitPrice,
    totalAmount: total,
    ...(vat === undefined
      ? {}
      : {
          // Percent x 1000.
          withoutVatTotalAmount: Math.round(total / (1 + vat.currentRate / 100_000)),
          vatRate: vat.currentRate,
          vatCountryCode: vat.country,
        }),
    catalogCurrency: currencyOf(world),
    ...(sold.kind === 'charge'
      ? { product: sold.code }
      : {
          productId: sold.product.id,
          product: name(sold.product.externalName),
          productCode: sold.product.code,
          productFamilyType: sold.product.productFamilyType,
          season: name(sold.season.externalName),
          exchangeable: sold.product.exchangeable,
        }),
    ...(sold.kind === 'item'
      ? {
          itemId: sold.item.itemId,
          itemDisplayExternalDesignation: name(sold.item.externalName),
          timeSlotId: sold.timeslot?.id,
        }
      : {}),
    ...(sold.kind === 'performance'
      ? {
          performanceId: sold.performance.id,
          performance: name(sold.performance.externalName ?? sold.product.externalName),
          eventId: sold.product.id,
          numbered: operation.movements.some(({ seat }) => seat?.isNumbered === true),
          locations: locationsOf(world, sold.performance.physicalConfigurationId),
        }
      : {}),
    audienceCatId: tariff?.category.id,
    audienceSubCategoryId: tariffId ?? undefined,
    audienceSubCategory: name(tariff?.tariff.externalName),
    audienceSubCategoryExternalDescription: name(tariff?.tariff.externalDescription),
  };
}

export function movementData(office: OrderOffice, order: Order, movement: Movement): object {
  const { world } = office;
  const { seat, ticket, operationId } = movement;
  const sold = order.operations.find((each) => each.operationId === operationId)?.sold;
  const category =
    sold?.kind === 'performance'
      ? sold.performance.seatCategories.find(({ id }) => id === sold.seatCategoryId)
      : undefined;
  return {
    movementId: movement.movementId,
    operationId,
    type: seat?.isNumbered === true ? 'SEAT' : 'AREA',
    ...(seat
      ? {
          ...(seat.isNumbered ? { seatId: seat.seatId } : {}),
          seatCategoryId: seat.seatCategoryId,
          seatCategory: nameIn(world, category?.externalName),
          contingentId: seat.contingentId,
          contingent: world.stock.dedicatedContingents.find(({ id }) => id === seat.contingentId)?.code,
          areaId: seat.areaId,
          area: areaName(world, seat.areaId),
          // How S-360 names a chair is not known; so do the seats of the availability service.
          ...(seat.row === null ? {} : { row: seat.row, number: seat.number }),
        }
      : {}),
    // A cancelled ticket opens no door: its barcode is not told any more.
    ...(ticket?.barCode && ticket.state === 'VALID' ? { barCode: ticket.barCode } : {}),
  };
}

export function ticketData({ ticketId, movementId, state, barCode }: Ticket): object {
  return { ticketId, movementId, ticketState: state, ...(barCode === null ? {} : { barCode }) };
}

export function paymentDetail({ world }: OrderOffice, order: Order, payment: Payment): object {
  return {
    paymentId: payment.paymentId,
    paymentIdentifier: payment.identifier ?? undefined,
    paymentMethod: payment.methodCode,
    paymentStatus: payment.status,
    paymentDate: instant(payment.paidAtMs),
    amount: payment.amount,
    catalogCurrency: currencyOf(world),
    orderId: payment.orderId,
    contactNumber: order.purchaser ?? undefined,
    isInstallment: false,
  };
}

/** As S-360 writes instants. */
export function instant(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '+00:00');
}

function currencyOf({ posConfig }: InstitutionWorld): object {
  return posConfig.organizationCurrency;
}

function originOf({ originCode }: Order): object {
  return originCode === null ? {} : { origin: { code: originCode } };
}

function vatOf({ vatCodes }: InstitutionWorld, { sold }: OrderOperation) {
  const vatCodeId = sold.kind === 'charge' ? undefined : sold.product.vatCodeId;
  return vatCodes.find(({ id }) => id === vatCodeId);
}

function locationsOf({ physicalConfigurations }: InstitutionWorld, id: number | undefined): object[] {
  return physicalConfigurations.filter((each) => each.id === id).map(locationOf);
}

function locationOf(place: PhysicalConfiguration): object {
  return {
    siteCode: place.siteCode,
    siteExternalName: place.siteExternalName.translations[0]?.value,
    siteAddress: {
      firstAddressLine: place.street,
      zipCode: place.zipcode,
      locality: place.town,
      countryCode: place.countryCode,
    },
    spaceCode: place.spaceCode,
    spaceExternalName: place.spaceExternalName.translations[0]?.value,
  };
}

function areaName(world: InstitutionWorld, areaId: number): string | undefined {
  const areas = world.physicalConfigurations.flatMap((each) => each.areas);
  const area = areas.find(({ id }) => id === areaId);
  return nameIn(world, area?.externalName) ?? area?.code;
}

/** In the language of the institution, or in whatever there is. */
function nameIn({ posConfig }: InstitutionWorld, text: TranslatedString | undefined): string | undefined {
  const translations = text?.translations ?? [];
  return (translations.find(({ locale }) => locale === posConfig.mainLanguage) ?? translations[0])?.value;
}

function textMember({ posConfig }: InstitutionWorld, member: string): string | undefined {
  const value = posConfig[member];
  return typeof value === 'string' ? value : undefined;
}
