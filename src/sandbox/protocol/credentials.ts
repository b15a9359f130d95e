/** The same for every operator: the sandbox guards nothing. */
export const SANDBOX_PASSWORD = 'sandbox';

/** Name of the institution's virtual operator. */
export function operatorOf(institutionCode: string): string {
  return `${institutionCode.toUpperCase()}_FOYER`;
}
