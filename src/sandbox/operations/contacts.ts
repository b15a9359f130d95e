import type { ContactBook } from '../contacts/contact-book.js';
import { ContactRefusal } from '../contacts/contact-codes.js';
import {
  ADDRESS_MEMBERS,
  AUTHORIZATION_MEMBERS,
  CREATE_DATA,
  CRITERION_MEMBERS,
  CULTURAL_DATA,
  readAddress,
  readAuthorizations,
  readCriteria,
  readCulturalContact,
  readDetails,
  readNewContact,
  UPDATE_DATA,
} from '../contacts/contact-input.js';
import { contactData, DETAILS } from '../contacts/contact-view.js';
import { CONNECTION_TYPES, type Connection, type Contact } from '../contacts/contact.types.js';
import type { Arguments } from './arguments.js';
import type { Operation, OperationResult, OperationScope, Parameter } from './operation.types.js';
import { failure, success } from './results.js';

const NUMBER: Parameter = { name: 'contactNumber', type: 'string', isMandatory: true };
const DETAILS_ASKED: Parameter = { name: 'details', type: 'string', isList: true };
const CONNECTION: readonly Parameter[] = [
  { name: 'parentContactNumber', type: 'string', isMandatory: true },
  { name: 'childContactNumber', type: 'string', isMandatory: true },
  { name: 'connectionType', type: 'string', isMandatory: true },
];
const MOST_RESULTS = 500;

/** Reading needs access to the files, creating the right to make some: switches of the point of sales. */
type Right = 'contactFileAccessAllowed' | 'contactAccountCreationAllowed';

interface Method {
  readonly method: string;
  readonly resultClass: string;
  readonly parameters: readonly Parameter[];
  readonly right?: Right;
  readonly run: (book: ContactBook, args: Arguments) => OperationResult;
}

/**
 * `ContactInformationPublicService` v2_21. Documented are `getContactData` and `createCulturalContact`; the names of
 * the others, and the shape of `searchContact`, are [I].
 */
export const contactOperations: readonly Operation[] = (
  [
    {
      method: 'getContactData',
      resultClass: 'ContactDataResult',
      parameters: [NUMBER, DETAILS_ASKED],
      run: (book, args) => shown(book, book.get(numberIn(args)), detailsIn(args)),
    },
    {
      method: 'searchContact',
      resultClass: 'ContactSearchResult',
      parameters: [
        { name: 'contactNumbers', type: 'string', isList: true },
        { name: 'email', type: 'string' },
        { name: 'name', type: 'string' },
        DETAILS_ASKED,
        { name: 'firstResult', type: 'integer' },
        { name: 'maxResults', type: 'integer' },
      ],
      run: searchContact,
    },
    {
      method: 'createCulturalContact',
      resultClass: 'CulturalContactCreationResult',
      parameters: [
        { name: 'contactDataList', type: 'object', isList: true, isMandatory: true, members: CULTURAL_DATA },
      ],
      right: 'contactAccountCreationAllowed',
      run: createCulturalContact,
    },
    {
      method: 'createContact',
      resultClass: 'ContactDataResult',
      parameters: [CREATE_DATA],
      right: 'contactAccountCreationAllowed',
      run: (book, args) => whole(book, book.create(readNewContact(args.object('contactData')!))),
    },
    {
      method: 'updateContact',
      resultClass: 'ContactDataResult',
      parameters: [NUMBER, UPDATE_DATA],
      run: (book, args) => whole(book, book.update(numberIn(args), readDetails(args.object('contactData')!))),
    },
    {
      method: 'deleteContact',
      resultClass: 'WebMethodResult',
      parameters: [NUMBER],
      run(book, args) {
        book.delete(numberIn(args));
        return success();
      },
    },
    {
      method: 'addOrUpdateAddress',
      resultClass: 'ContactDataResult',
      parameters: [NUMBER, { name: 'address', type: 'object', isMandatory: true, members: ADDRESS_MEMBERS }],
      run(book, args) {
        const address = args.object('address')!;
        const id = address.number('contactAddressId');
        return whole(book, book.saveAddress(numberIn(args), id, readAddress(address)));
      },
    },
    {
      method: 'removeAddress',
      resultClass: 'ContactDataResult',
      parameters: [NUMBER, { name: 'contactAddressId', type: 'long', isMandatory: true }],
      run: (book, args) =>
        whole(book, book.removeAddress(numberIn(args), args.number('contactAddressId') ?? 0)),
    },
    {
      method: 'updateAuthorizations',
      resultClass: 'ContactDataResult',
      parameters: [
        NUMBER,
        {
          name: 'authorizations',
          type: 'object',
          isList: true,
          isMandatory: true,
          members: AUTHORIZATION_MEMBERS,
        },
      ],
      run: (book, args) =>
        whole(book, book.authorize(numberIn(args), readAuthorizations(args.objects('authorizations')))),
    },
    {
      method: 'updateCriteria',
      resultClass: 'ContactDataResult',
      parameters: [
        NUMBER,
        {
          name: 'contactCriteria',
          type: 'object',
          isList: true,
          isMandatory: true,
          members: CRITERION_MEMBERS,
        },
      ],
      run: (book, args) =>
        whole(book, book.setCriteria(numberIn(args), readCriteria(args.objects('contactCriteria')))),
    },
    {
      method: 'createConnection',
      resultClass: 'WebMethodResult',
      parameters: CONNECTION,
      run(book, args) {
        book.connect(connectionIn(args));
        return success();
      },
    },
    {
      method: 'removeConnection',
      resultClass: 'WebMethodResult',
      parameters: CONNECTION,
      run(book, args) {
        book.disconnect(connectionIn(args));
        return success();
      },
    },
  ] satisfies readonly Method[]
).map(operation);

function operation({ run, right = 'contactFileAccessAllowed', ...method }: Method): Operation {
  return {
    ...method,
    service: 'ContactInformationPublicService',
    limit: null,
    isAsynchronous: false,
    run(scope, args) {
      try {
        refuseWithoutRight(scope, right);
        return run(scope.contacts, args);
      } catch (error) {
        if (error instanceof ContactRefusal) return failure(error.statusCode, error.message);
        throw error;
      }
    },
  };
}

function refuseWithoutRight({ world }: OperationScope, right: Right): void {
  if (world.posConfig[right] === false) {
    throw new ContactRefusal('pointOfSales', 'The point of sales does not allow this');
  }
}

function searchContact(book: ContactBook, args: Arguments): OperationResult {
  const search = {
    contactNumbers: args.texts('contactNumbers'),
    email: meantText(args, 'email'),
    name: meantText(args, 'name'),
  };
  if (search.contactNumbers.length === 0 && search.email === undefined && search.name === undefined) {
    throw new ContactRefusal('missing', 'missing: contactNumbers, email or name');
  }
  const first = args.number('firstResult') ?? 0;
  const most = args.number('maxResults') ?? MOST_RESULTS;
  if (first < 0 || most < 1 || most > MOST_RESULTS) {
    throw new ContactRefusal('invalid', `firstResult is 0 or more, maxResults from 1 to ${MOST_RESULTS}`);
  }
  const details = detailsIn(args);
  const found = book.search(search).slice(first, first + most);
  return success({ contacts: found.map((contact) => contactData(book, contact, details)) });
}

/** A blank one would find everybody. */
function meantText(args: Arguments, name: string): string | undefined {
  const text = args.text(name)?.trim();
  return text === '' ? undefined : text;
}

/** An entry with a number names a contact that is there already. All or nothing. */
function createCulturalContact(book: ContactBook, args: Arguments): OperationResult {
  const list = args.objects('contactDataList');
  const known = list.map((each) => {
    const number = each.text('contactNumber') ?? '';
    return number === '' ? null : book.get(number);
  });
  const created = book.createAll(
    list.filter((_each, index) => known[index] === null).map(readCulturalContact),
  );
  let next = 0;
  const contacts = known.map((contact) => contact ?? created[next++]!);
  const pairs = list.flatMap((each, index) => {
    const identifier = each.number('identifier');
    return identifier === undefined ? [] : [[String(identifier), contacts[index]!.contactNumber] as const];
  });
  return success({
    culturalContactData: contacts.map((contact) => contactData(book, contact, [])),
    identifierContactMap: Object.fromEntries(pairs),
  });
}

function shown(book: ContactBook, contact: Contact, details: readonly string[]): OperationResult {
  return success({ ...contactData(book, contact, details) });
}

/** What a write answers: all of it that the writes can change. */
function whole(book: ContactBook, contact: Contact): OperationResult {
  return shown(book, contact, ['GENERAL', 'COM_MEANS', 'ADDRESSES', 'AUTHORIZATIONS', 'CRITERIA']);
}

function numberIn(args: Arguments): string {
  return args.text('contactNumber') ?? '';
}

function detailsIn(args: Arguments): readonly string[] {
  const details = args.texts('details');
  const unknown = details.find((detail) => !DETAILS.some((known) => known === detail));
  if (unknown !== undefined) throw new ContactRefusal('invalid', `details are of ${DETAILS.join(', ')}`);
  return details;
}

function connectionIn(args: Arguments): Connection {
  const connectionType = CONNECTION_TYPES.find((type) => type === args.text('connectionType'));
  if (connectionType === undefined) {
    throw new ContactRefusal('invalid', `connectionType is one of ${CONNECTION_TYPES.join(', ')}`);
  }
  return {
    parentContactNumber: args.text('parentContactNumber') ?? '',
    childContactNumber: args.text('childContactNumber') ?? '',
    connectionType,
  };
}
