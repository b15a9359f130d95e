import { chooseSeats } from '../orders/choose-seats.js';
import { movementData } from '../orders/order-views.js';
import type { Operation } from './operation.types.js';
import { answered } from './order-answers.js';

/** `ExternalSeatingService` v1_0. */
export const seatingOperations: readonly Operation[] = [
  {
    service: 'ExternalSeatingService',
    method: 'doSeatingForOperations',
    resultClass: 'SeatingResult',
    parameters: [
      { name: 'operationIds', type: 'long', isList: true, isMandatory: true },
      {
        name: 'seatingInformation',
        type: 'object',
        isList: true,
        isMandatory: true,
        members: [
          { name: 'movementId', type: 'long', isMandatory: true },
          { name: 'physicalSeatId', type: 'long', isMandatory: true },
        ],
      },
    ],
    limit: null,
    isAsynchronous: false,
    run: ({ orders }, args) =>
      answered(() => {
        const chosen = args.objects('seatingInformation').map((each) => ({
          movementId: each.number('movementId') ?? 0,
          physicalSeatId: each.number('physicalSeatId') ?? 0,
        }));
        const { order, movements } = chooseSeats(orders, args.numbers('operationIds'), chosen);
        return { movementsData: movements.map((each) => movementData(orders, order, each)) };
      }),
  },
];
