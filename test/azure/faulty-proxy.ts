import { request } from "node:http";
import { startScriptedServer, type Reply, type SeenRequest } from "./scripted-server.ts";

export interface FaultyProxy {
  /** The target's address with the proxy's port in place of its own. */
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** What happens to the next requests, one each; those after them are passed on. */
  script(...replies: readonly Reply[]): void;
  /** Does the work, then loses the answer. */
  readonly loseAnswer: Reply;
  /** Passes on the answer's head and half its body, then breaks off. */
  readonly breakOff: Reply;
  close(): Promise<void>;
}

/** Stands between an adapter and a real server, and spoils what a test says. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const queue: Reply[] = [];
  const passOn: Reply = async (response, incoming) => {
    const answer = await forward(target, incoming);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = await startScriptedServer((response, incoming) => (queue.shift() ?? passOn)(response, incoming));
  return {
    url: server.url,
    seen: server.seen,
    script: (...replies) => void queue.push(...replies),
    loseAnswer: async (response, incoming) => {
      await forward(target, incoming);
      response.socket?.resetAndDestroy();
    },
    breakOff: async (response, incoming) => {
      const { status, headers, body } = await forward(target, incoming);
      response.writeHead(status, headers);
      response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy());
    },
    close: () => server.close(),
  };
}

interface Answer {
  readonly status: number;
  /** Names and values in turn, with their case, as they came. */
  readonly headers: string[];
  readonly body: Buffer;
}

function forward(target: string, { method, target: path, headers, body }: SeenRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${target}${path}`, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.rawHeaders, body: Buffer.concat(chunks) }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
