import type { Random } from '../random.js';

/** The n-th barcode and secret of a seed are always the same. */
export interface Secrets {
  /** 24 decimal digits, unique; two of three begin with zeros, which a number would lose. */
  nextBarcode(): string;
  /** For the link to a file; unique. */
  nextSecretId(): string;
}

const PREFIXES = ['0000', '0031', '3100'] as const;
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

export function createSecrets(random: Random): Secrets {
  const barcodes = random.fork('barcodes');
  const secrets = random.fork('secrets');
  let barcodesGiven = 0;
  let secretsGiven = 0;

  return {
    nextBarcode() {
      barcodesGiven += 1;
      // The count alone makes it unique; what is around it makes it look like S-360's.
      const count = String(barcodesGiven).padStart(9, '0');
      return barcodes.pick(PREFIXES) + count + digits(barcodes, 6) + digits(barcodes, 5);
    },
    nextSecretId() {
      secretsGiven += 1;
      const letters = Array.from({ length: 24 }, () => LETTERS[secrets.between(0, LETTERS.length - 1)]);
      return `${letters.join('')}-${secretsGiven.toString(36)}`;
    },
  };
}

function digits(random: Random, count: number): string {
  return String(random.between(0, 10 ** count - 1)).padStart(count, '0');
}
