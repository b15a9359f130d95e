import { OrderRefusal } from '../orders/order-codes.js';
import { instant } from '../orders/order-views.js';
import { checkContact } from '../orders/place-order.js';
import type { Operation, Parameter } from './operation.types.js';
import { answered, idIn } from './order-answers.js';

const COMMON = { service: 'ExternalOrderService', limit: null, isAsynchronous: false } as const;
const CONTACT: Parameter = { name: 'contactReference', type: 'string' };
const ATTACHMENT: readonly Parameter[] = [
  { name: 'fileAttachmentId', type: 'long', isMandatory: true },
  CONTACT,
];
/** Kept in memory, so there is an end [I]. */
const MOST_ATTACHMENTS = 20;

/** The part of `ExternalOrderService` about documents that lie in a file. */
export const attachmentOperations: readonly Operation[] = [
  {
    ...COMMON,
    method: 'uploadFileAttachment',
    resultClass: 'WebMethodResult',
    parameters: [
      { name: 'fileId', type: 'long', isMandatory: true },
      {
        name: 'printableFileAttachmentData',
        type: 'object',
        isMandatory: true,
        members: [
          { name: 'data', type: 'string', isMandatory: true },
          { name: 'fileName', type: 'string', isMandatory: true },
          { name: 'mimetype', type: 'string' },
          { name: 'uploadDate', type: 'dateTime' },
        ],
      },
      CONTACT,
    ],
    run: ({ orders }, args) =>
      answered(() => {
        const file = orders.book.getFile(idIn(args, 'fileId'));
        checkContact(orders, args.text('contactReference'));
        if (file.attachments.length >= MOST_ATTACHMENTS) {
          throw new OrderRefusal('quantity', `a file has at most ${MOST_ATTACHMENTS} attachments`);
        }
        const document = args.object('printableFileAttachmentData');
        const nowMs = orders.clock.now();
        file.attachments.push({
          fileAttachmentId: orders.ids.next('attachment'),
          data: document?.text('data') ?? '',
          fileName: document?.text('fileName') ?? '',
          mimetype: document?.text('mimetype') ?? 'application/octet-stream',
          uploadedAtMs: Date.parse(document?.text('uploadDate') ?? instant(nowMs)),
        });
        file.lastModifiedAtMs = nowMs;
        return {};
      }),
  },
  {
    ...COMMON,
    method: 'getFileAttachment',
    resultClass: 'PrintableFileAttachmentResult',
    parameters: ATTACHMENT,
    run: ({ orders }, args) =>
      answered(() => {
        checkContact(orders, args.text('contactReference'));
        const { attachment } = orders.book.getAttachment(idIn(args, 'fileAttachmentId'));
        const { data, fileName, mimetype, uploadedAtMs } = attachment;
        return {
          printableFileAttachmentData: { data, fileName, mimetype, uploadDate: instant(uploadedAtMs) },
        };
      }),
  },
  {
    ...COMMON,
    method: 'deleteFileAttachment',
    resultClass: 'WebMethodResult',
    parameters: ATTACHMENT,
    run: ({ orders }, args) =>
      answered(() => {
        checkContact(orders, args.text('contactReference'));
        const { file, attachment } = orders.book.getAttachment(idIn(args, 'fileAttachmentId'));
        file.attachments.splice(file.attachments.indexOf(attachment), 1);
        file.lastModifiedAtMs = orders.clock.now();
        return {};
      }),
  },
];
