import { queryData } from '../../test/support/graphql-client.js';

const SIGN_UP = /* GraphQL */ `
  mutation SignUp($input: CreateContactInput!) {
    createContact(input: $input) {
      contact {
        id
      }
      userErrors {
        code
      }
    }
  }
`;

interface SignedUp {
  readonly createContact: {
    readonly contact: { readonly id: string } | null;
    readonly userErrors: readonly { readonly code: string }[];
  };
}

/** A person who becomes a contact, under the client's key. */
export interface SignUp {
  readonly key: string;
  readonly institution: string;
}

/** The contact's id, null while nobody knows. Never throws; the same again makes no second contact. */
export async function signUp(url: string, { key, institution }: SignUp): Promise<string | null> {
  const input = { clientRequestId: key, institution, lastName: 'Soak', firstName: key };
  const answer = await queryData<SignedUp>(url, SIGN_UP, { input }).catch(() => null);
  if (answer === null) return null;
  const [refusal] = answer.createContact.userErrors;
  if (refusal !== undefined) throw new Error(`${key} was refused: ${refusal.code}`);
  return answer.createContact.contact?.id ?? null;
}
