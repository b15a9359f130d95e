import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import process from 'node:process';

// The least that a server can do: read the request, and send the bytes of a file.
const body = readFileSync(process.argv[2]);
const headers = { 'content-type': 'application/json', 'content-length': body.length };
const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, headers).end(body));
}).listen(0, '127.0.0.1', () => process.send(server.address().port));
