import type { AddressChange, NewContact } from './contact.types.js';

/** The contacts that each institution of the sandbox's own world begins with; nobody here exists. The first one is `0004217`. */
export function inventedContacts(institutionCode: string): NewContact[] {
  const at = (name: string): string => `${name}@${institutionCode}.example`;
  return [
    {
      details: {
        firstname: 'Ada',
        lastname: 'Moreau',
        gender: 'FEMALE',
        email: at('ada.moreau'),
        login: at('ada.moreau'),
        phoneNumber: '+41 21 555 01 17',
        language: 'fr',
      },
      addresses: [
        address('Home', '4 quai des Brumes', '1003', 'Lausanne', 'CH'),
        address('Office', '12 rue du Levant', '1005', 'Lausanne', 'CH'),
      ],
      authorizations: new Map([
        ['NEWS', true],
        ['PARTNERS', false],
      ]),
      criteria: new Map([['INTERESTS', ['JAZZ', 'OPERA']]]),
    },
    {
      details: { firstname: 'Noël', lastname: 'Keller', email: at('keller'), language: 'de' },
      addresses: [address('Home', 'Seegasse 8', '8001', 'Zürich', 'CH')],
    },
    // Shares the email of the one before: a family does.
    { details: { firstname: 'Ivo', lastname: 'Keller', email: at('keller'), language: 'de' } },
    {
      details: {
        structureName: 'École des Tilleuls',
        firstname: 'Mina',
        lastname: 'Okafor',
        email: at('sorties.tilleuls'),
        phoneNumber: '+33 1 55 55 02 40',
        language: 'fr',
        function: 'Head of outings',
      },
      addresses: [address('School', '31 avenue des Tilleuls', '75011', 'Paris', 'FR')],
      criteria: new Map([['SCHOOL_LEVEL', ['PRIMARY']]]),
    },
    { details: { structureName: 'Lakeside Reading Club', email: at('club'), language: 'en' } },
  ];
}

function address(
  name: string,
  street1: string,
  zipCode: string,
  town: string,
  countryCode: string,
): AddressChange {
  return { name, street1, zipCode, town, countryCode, billingAddress: true };
}
