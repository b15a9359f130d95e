import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be cut: for one process alone, while all others still reach it. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Ends every connection; new ones are ended at once, until `mend`. */
  cut(): void;
  mend(): void;
  /** All that clients have sent so far, byte by byte. */
  sent(): string;
  /** How many times a client has sent `text` so far, counted in the pieces that arrive. */
  count(text: string): number;
  /** Resolves when a client sends `text` from now on. It is on its way to the server then, no answer is. */
  sees(text: string): Promise<void>;
}

export async function startProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const sent: string[] = [];
  const listeners = new Set<(piece: string) => void>();
  let isCut = false;

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (isCut) return client.resetAndDestroy();
    const target = connect(targetPort, '127.0.0.1');
    keep(target);
    client.once('close', () => target.destroy());
    target.once('close', () => client.destroy());
    client.on('data', (data: Buffer) => {
      const piece = data.toString('latin1');
      sent.push(piece);
      for (const listener of listeners) listener(piece);
    });
    client.pipe(target).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    mend() {
      isCut = false;
    },
    sent: () => sent.join(''),
    count: (text) => sent.filter((piece) => piece.includes(text)).length,
    sees: (text) =>
      new Promise((resolve) => {
        const listener = (piece: string): void => {
          if (!piece.includes(text)) return;
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
      }),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
