/** Points of a millimetre: PDF counts in 1/72 inch. */
export const MM = 72 / 25.4;
