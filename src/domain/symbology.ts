/** How a barcode's value is drawn. S-360 does not say: distributor and venue agree on one for each institution. */
export type Symbology = 'QR' | 'AZTEC' | 'PDF417' | 'DATAMATRIX' | 'CODE128';

export const SYMBOLOGIES: readonly Symbology[] = ['QR', 'AZTEC', 'PDF417', 'DATAMATRIX', 'CODE128'];
