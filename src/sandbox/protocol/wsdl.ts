import { readFile } from 'node:fs/promises';
import type { Service } from '../operations/table.js';
import { escapeXml } from './xml-writer.js';

/** The service's description as the repository has it, with the address that it was asked at. */
export async function readWsdl(service: Service, address: string): Promise<string> {
  const file = new URL(`../../../wsdl/${service.version}/${service.name}.wsdl`, import.meta.url);
  const text = await readFile(file, 'utf8');
  return text.replace(
    /(<(?:\w+:)?address\b[^>]*?\blocation=)(["'])[^"']*\2/g,
    (_whole, before: string) => `${before}"${escapeXml(address)}"`,
  );
}
