import { renameSync, rmSync } from 'node:fs';
import Database from 'libsql';
import { LOG_ID_FACT } from './color-log.js';

/**
 * Copies the journal's file as it is at one moment, while a gateway may be writing it: copying the file itself would
 * miss what is still in the log beside it. `to` appears when it is whole, and was not there before. Throws when the
 * copy cannot be written, or does not hold together.
 */
export function backUpJournal(file: string, to: string): { readonly orders: number } {
  const part = `${to}.part`;
  rmSync(part, { force: true });
  try {
    const source = new Database(file, { readonly: true });
    try {
      source.pragma('busy_timeout = 5000');
      source.prepare('VACUUM INTO ?').run(part);
    } finally {
      source.close();
    }
    beginAnotherLog(part);
    const orders = countOrders(part);
    renameSync(part, to);
    return { orders };
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Positions that are given out after the copy would, in a restored journal, name other changes of the same log. */
function beginAnotherLog(file: string): void {
  const copy = new Database(file);
  try {
    copy.prepare('DELETE FROM fact WHERE name = ?').run(LOG_ID_FACT);
  } finally {
    copy.close();
  }
}

function countOrders(file: string): number {
  const copy = new Database(file, { readonly: true });
  try {
    const [check] = copy.pragma('integrity_check') as { integrity_check: string }[];
    if (check?.integrity_check !== 'ok')
      throw new Error(`the copy does not hold together: ${check?.integrity_check}`);
    const { orders } = copy.prepare('SELECT count(*) AS orders FROM customer_order').get() as {
      orders: number;
    };
    return orders;
  } finally {
    copy.close();
  }
}
