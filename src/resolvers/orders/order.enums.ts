import { registerEnumType } from 'type-graphql';
import type { OrderActor, OrderState, OrderStep, TicketState } from '../../domain/order.js';
import type { Symbology } from '../../domain/symbology.js';

export const OrderStateEnum = {
  CREATING: 'CREATING',
  ON_HOLD: 'ON_HOLD',
  CLOSING: 'CLOSING',
  CLOSED: 'CLOSED',
  IN_DOUBT: 'IN_DOUBT',
  EXPIRED: 'EXPIRED',
  ABANDONED: 'ABANDONED',
  CANCELLED: 'CANCELLED',
  REJECTED: 'REJECTED',
} as const satisfies Record<OrderState, OrderState>;

registerEnumType(OrderStateEnum, {
  name: 'OrderState',
  valuesConfig: {
    CREATING: { description: 'S-360 is being asked to hold the places.' },
    ON_HOLD: { description: 'The places are held until `holdExpiresAt`.' },
    CLOSING: { description: 'S-360 is being asked to close it.' },
    CLOSED: { description: 'Sold, on the pending account of the partner; its tickets have barcodes.' },
    IN_DOUBT: {
      description:
        'An answer of S-360 was lost. The gateway finds out by itself what happened; see `inDoubt`. Never order again meanwhile: send the same key, or wait.',
    },
    EXPIRED: { description: 'The hold ended before it was closed; the places went back on sale.' },
    ABANDONED: { description: 'Given up while it was on hold.' },
    CANCELLED: { description: 'All its tickets were cancelled.' },
    REJECTED: { description: 'S-360 refused it; see `problems`. Nothing is held.' },
  },
});

export const OrderStepEnum = {
  CREATE: 'CREATE',
  UPDATE: 'UPDATE',
  CLOSE: 'CLOSE',
  CANCEL: 'CANCEL',
} as const satisfies Record<OrderStep, OrderStep>;

registerEnumType(OrderStepEnum, {
  name: 'OrderStep',
  description: 'What S-360 was asked to do.',
});

export const OrderActorEnum = {
  CLIENT: 'CLIENT',
  GATEWAY: 'GATEWAY',
  RECONCILER: 'RECONCILER',
  UPSTREAM: 'UPSTREAM',
} as const satisfies Record<OrderActor, OrderActor>;

registerEnumType(OrderActorEnum, {
  name: 'OrderActor',
  description: 'What moved an order.',
  valuesConfig: {
    CLIENT: { description: 'A request of yours.' },
    GATEWAY: { description: 'The gateway by itself, such as by a deadline.' },
    RECONCILER: { description: 'The part of the gateway that asks S-360 what became of a lost call.' },
    UPSTREAM: { description: 'An answer of S-360.' },
  },
});

export const TicketStateEnum = {
  VALID: 'VALID',
  NOT_PRINTED: 'NOT_PRINTED',
  CANCELLED: 'CANCELLED',
  INVALIDATED: 'INVALIDATED',
  UNKNOWN: 'UNKNOWN',
} as const satisfies Record<TicketState, TicketState>;

registerEnumType(TicketStateEnum, {
  name: 'TicketState',
  valuesConfig: { UNKNOWN: { description: 'A state that S-360 added since.' } },
});

export const SymbologyEnum = {
  QR: 'QR',
  AZTEC: 'AZTEC',
  PDF417: 'PDF417',
  DATAMATRIX: 'DATAMATRIX',
  CODE128: 'CODE128',
} as const satisfies Record<Symbology, Symbology>;

registerEnumType(SymbologyEnum, {
  name: 'Symbology',
  description: 'How the value of a barcode is drawn; agreed on with the venue.',
});
