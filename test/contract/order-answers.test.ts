import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { ServiceName } from '../../src/sandbox/operations/operation.types.js';
import { SERVICES } from '../../src/sandbox/operations/table.js';
import { childOf, readXml, type XmlElement } from '../../src/sandbox/protocol/xml-reader.js';
import {
  columnOf,
  listIn,
  nodeIn,
  orderCaller,
  places,
  startOrderSandbox,
  textIn,
} from '../support/order-calls.js';
import { ORDERS } from '../support/order-world.js';
import { callRaw } from '../support/raw-soap.js';
import type { TestSandbox } from '../support/sandbox.js';

const XS = 'http://www.w3.org/2001/XMLSchema';
const WSDL = 'http://schemas.xmlsoap.org/wsdl/';

type Types = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Every structure of a service's description: its members with their types. */
async function readTypes(service: ServiceName): Promise<Types> {
  const { version } = SERVICES.find(({ name }) => name === service)!;
  const text = await readFile(new URL(`../../wsdl/${version}/${service}.wsdl`, import.meta.url), 'utf8');
  const schema = childOf(childOf(readXml(text), WSDL, 'types')!, XS, 'schema')!;
  const types = schema.children.filter(({ name }) => name === 'complexType');
  return new Map(
    types.map((type) => [
      type.attribute('', 'name')!,
      new Map(
        childOf(type, XS, 'sequence')!.children.map((element) => [
          element.attribute('', 'name')!,
          element.attribute('', 'type')!,
        ]),
      ),
    ]),
  );
}

const FORMS: Readonly<Record<string, RegExp>> = {
  'xs:long': /^-?\d+$/,
  'xs:int': /^-?\d{1,10}$/,
  'xs:boolean': /^(true|false)$/,
  'xs:dateTime': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/,
};

/** What the description does not say of an element: members without a name in it, and values of another type. */
function surprisesIn(types: Types, element: XmlElement, type: string): string[] {
  if (element.isNil) return [];
  const members = types.get(type.replace('tns:', ''));
  if (!members) {
    const isOfType =
      element.children.length === 0 && (FORMS[type]?.test(element.text) ?? type === 'xs:string');
    return isOfType ? [] : [`${element.name} is no ${type}: ${element.text}`];
  }
  return element.children.flatMap((child) => {
    const memberType = members.get(child.name);
    if (memberType === undefined) return [`${type} has no ${child.name}`];
    return surprisesIn(types, child, memberType);
  });
}

/** An order through most of its life, so that there is something in every answer. */
async function sellAndCancel(sandbox: TestSandbox): Promise<Readonly<Record<string, string>>> {
  const { create, close, call } = orderCaller(sandbox, 'rest');
  const created = nodeIn(
    await create({
      ...places(3),
      purchasersInfo: [{ contactReference: ORDERS.contactNumber }],
      origin: { code: 'WEB' },
      chargeOperations: [{ chargeId: ORDERS.chargeId, amount: 500 }],
      externalReference: 'R',
    }),
    'orderUpdateData',
  );
  const orderId = textIn(created, 'orderId');
  const fileId = textIn(listIn(created, 'operationDataUpdates')[0]!, 'fileId');
  await call('ExternalOrderService', 'uploadFileAttachment', {
    fileId,
    printableFileAttachmentData: { data: 'AA==', fileName: 'a.pdf' },
  });
  await close(orderId);
  const file = await call('ExternalOrderService', 'getFileDetails', { fileId });
  return {
    orderId,
    fileId,
    orderSecretId: textIn(created, 'orderSecretId'),
    movementId: String(columnOf(created, 'movementDataUpdates', 'movementId')[0]),
    fileAttachmentId: String(
      columnOf(nodeIn(file, 'fileDetailsData'), 'fileAttachments', 'fileAttachmentId')[0],
    ),
  };
}

const DAY_MS = 86_400_000;
const PERIOD =
  `<startDate>${new Date(Date.now() - DAY_MS).toISOString()}</startDate>` +
  `<endDate>${new Date(Date.now() + DAY_MS).toISOString()}</endDate>`;
const LINE =
  '<singleEntryAttributionOperations><operationAttributions><performanceId>301</performanceId>' +
  '<seatCategoryId>401</seatCategoryId><audienceSubCategoryId>111</audienceSubCategoryId>' +
  '<quantity>1</quantity></operationAttributions></singleEntryAttributionOperations>';

describe('answers over SOAP', () => {
  it.each<[ServiceName, string, string]>([
    ['ExternalOrderFacade', 'createOrUpdateOrder', `<pointOfSalesId>501</pointOfSalesId>${LINE}`],
    ['ExternalOrderFacade', 'createPaymentsAndCloseOrder', '<orderId>{orderId}</orderId>'],
    ['ExternalOrderService', 'closeOrder', '<orderId>{orderId}</orderId>'],
    [
      'ExternalOrderService',
      'getOrderDetails',
      '<orderId>{orderId}</orderId><granularity>TICKETS</granularity>',
    ],
    ['ExternalOrderService', 'getFileDetails', '<fileId>{fileId}</fileId>'],
    [
      'ExternalOrderService',
      'getFileDetailsFromOrderSecretId',
      '<orderSecretId>{orderSecretId}</orderSecretId>',
    ],
    ['ExternalOrderService', 'abandonMovements', '<orderId>{orderId}</orderId>'],
    [
      'ExternalOrderService',
      'cancelOperations',
      '<orderId>{orderId}</orderId><movementIds>{movementId}</movementIds>',
    ],
    [
      'ExternalOrderService',
      'updateExternalReferences',
      '<id>{orderId}</id><externalReferenceKind>ORDER</externalReferenceKind>' +
        '<externalReference><key>k</key><value>v</value></externalReference>',
    ],
    [
      'ExternalOrderService',
      'getExternalReference',
      '<id>{orderId}</id><externalReferenceKind>ORDER</externalReferenceKind>',
    ],
    ['ExternalOrderService', 'updateFileStatus', '<fileId>{fileId}</fileId><fileStatusIC/>'],
    ['ExternalOrderService', 'getFileAttachment', '<fileAttachmentId>{fileAttachmentId}</fileAttachmentId>'],
    ['ExternalOrderService', 'notifyOrder', '<orderId>{orderId}</orderId><isPaid>true</isPaid>'],
    ['ExternalOrderService', 'reopenOrder', '<orderId>{orderId}</orderId>'],
    ['ExternalOrderHistoryService', 'countFilesByCriteria', PERIOD],
    [
      'ExternalOrderHistoryService',
      'listTicketsByCriteria',
      `<ticketFilterCriteria>${PERIOD}</ticketFilterCriteria>`,
    ],
    ['ExternalOrderHistoryService', 'listFilesByCriteria', PERIOD],
    ['ExternalPaymentService', 'checkPayment', '<orderId>{orderId}</orderId>'],
    ['ExternalPaymentService', 'cancelPayment', '<paymentIds>1</paymentIds>'],
    [
      'ExternalSeatingService',
      'doSeatingForOperations',
      '<operationIds>1</operationIds><seatingInformation><movementId>1</movementId>' +
        '<physicalSeatId>1</physicalSeatId></seatingInformation>',
    ],
  ])('%s.%s has what its description says, and nothing else', async (service, method, parameters) => {
    await using sandbox = await startOrderSandbox();
    const known = await sellAndCancel(sandbox);
    const { text } = await callRaw(sandbox.institutions[0]!, {
      service,
      method,
      parameters: parameters.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? ''),
    });
    const result = readXml(text).children.find(({ name }) => name === 'Body')!.children[0]!.children[0]!;
    expect(result.children.some(({ name }) => name === 'statusCode')).toBe(true);
    expect(surprisesIn(await readTypes(service), result, result.name)).toEqual([]);
  });
});
