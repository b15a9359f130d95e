import { fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

export interface CrowdPlan {
  /** Of the GraphQL endpoint, by HTTP. */
  readonly url: string;
  readonly sockets: number;
  /** Sent on each socket, each so often. */
  readonly subscription: string;
  readonly operations: number;
  /** False: nothing is read once the socket was acknowledged. */
  readonly reads: boolean;
}

export interface CrowdFigures {
  /** Sockets open now, as far as who reads nothing can tell. */
  readonly open: number;
  /** Events received by all of them, snapshots included. */
  readonly events: number;
  /** Of the socket that received fewest. */
  readonly fewestEvents: number;
  /** From the beginning of the handshake to its acknowledgement. */
  readonly p99AckMs: number;
}

/** Many sockets in a process of their own, so that neither their memory nor their work is that of the test. */
export interface Crowd extends AsyncDisposable {
  figures(): Promise<CrowdFigures>;
}

const AT_ONCE = 20;
const TRIES = 10;

/** Resolves when all are there and have sent their operations. */
export async function startCrowd(plan: CrowdPlan): Promise<Crowd> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(plan)], {
    execArgv: ['--import', 'tsx'],
  });
  const exited = once(child, 'exit');
  const gone = exited.then(() => Promise.reject(new Error('the crowd is gone')));
  gone.catch(() => undefined);
  const answer = async (): Promise<CrowdFigures> =>
    ((await Promise.race([once(child, 'message'), gone])) as [CrowdFigures])[0];
  await answer();
  return {
    figures() {
      child.send('figures');
      return answer();
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

class Member {
  events = 0;
  isOpen = true;
  ackMs = 0;

  /** A server that is busy may refuse it for a while. */
  static async open(plan: CrowdPlan): Promise<Member> {
    for (let left = TRIES; ; left--) {
      try {
        return await Member.#openOnce(plan);
      } catch (error) {
        if (left === 0) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  static async #openOnce({ url, subscription, operations, reads }: CrowdPlan): Promise<Member> {
    const member = new Member();
    const startedAt = performance.now();
    const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
    socket.on('error', () => undefined);
    const closed = once(socket, 'close').then(() => {
      member.isOpen = false;
      throw new Error('the socket closed');
    });
    closed.catch(() => undefined);
    await Promise.race([once(socket, 'open'), closed]);
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await Promise.race([once(socket, 'message'), closed]);
    member.ackMs = performance.now() - startedAt;
    socket.on('message', () => (member.events += 1));
    if (!reads) socket.pause();
    const payload = { query: subscription };
    for (let id = 0; id < operations; id++) {
      socket.send(JSON.stringify({ type: 'subscribe', id: String(id), payload }));
    }
    return member;
  }
}

async function run(plan: CrowdPlan): Promise<void> {
  const members: Member[] = [];
  while (members.length < plan.sockets) {
    const count = Math.min(AT_ONCE, plan.sockets - members.length);
    members.push(...(await Promise.all(Array.from({ length: count }, () => Member.open(plan)))));
  }
  const figures = (): CrowdFigures => {
    const acks = members.map(({ ackMs }) => ackMs).toSorted((one, other) => one - other);
    return {
      open: members.filter(({ isOpen }) => isOpen).length,
      events: members.reduce((sum, { events }) => sum + events, 0),
      fewestEvents: members.reduce((fewest, { events }) => Math.min(fewest, events), Infinity),
      p99AckMs: acks[Math.floor(acks.length * 0.99)] ?? 0,
    };
  };
  process.on('message', () => process.send?.(figures()));
  process.send?.(figures());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(JSON.parse(process.argv[2]!) as CrowdPlan);
