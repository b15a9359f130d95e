/** One DataLoader for each kind of key, new for each operation. */
export interface Loaders {}
