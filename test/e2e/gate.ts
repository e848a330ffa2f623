import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { vi } from "vitest";

export interface GateRequest {
  readonly method: string;
  /** Decoded, with account and container, without the query: `/europestore/daily/plans/….json`. */
  readonly path: string;
  readonly body: Buffer;
}

export interface Gate {
  /** The target's address with the gate's port in place of its own. */
  readonly url: string;
  /** What was answered so far, with its status. */
  passed(): readonly (GateRequest & { readonly status: number })[];
  /** From now on keeps what matches, from the n-th on, until it is released. */
  hold(matches: (request: GateRequest) => boolean, nth?: number): Held;
  /** Lets everything pass that a failed test has left behind. */
  releaseAll(): void;
  close(): Promise<void>;
}

export interface Held {
  paths(): readonly string[];
  /** Waits, at most 30 seconds, until so many requests are held. */
  caught(count?: number): Promise<readonly string[]>;
  /** Passes on what is held, the last first, and holds no more. What a killed process had sent is dropped. */
  release(): void;
}

interface Hold {
  readonly matches: (request: GateRequest) => boolean;
  left: number;
  readonly waiting: { readonly path: string; readonly open: () => void }[];
}

/** Stands between the app and a service, so that a test can stop the app at one exact request. */
export async function openGate(target: string): Promise<Gate> {
  const passed: (GateRequest & { readonly status: number })[] = [];
  const holds = new Set<Hold>();

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url = "" } = incoming;
    const body = Buffer.concat(await incoming.toArray());
    const seen = { method, path: decodeURIComponent(new URL(url, target).pathname), body };
    const hold = [...holds].find(({ matches }) => matches(seen));
    if (hold && (hold.left -= 1) <= 0)
      await new Promise<void>((open) => hold.waiting.push({ path: seen.path, open: () => open() }));
    if (response.destroyed) return;
    const status = await passOn(new URL(url, target), incoming, body, response);
    passed.push({ ...seen, status });
  };

  const release = (hold: Hold): void => {
    holds.delete(hold);
    for (const { open } of hold.waiting.toReversed()) open();
  };
  const releaseAll = (): void => holds.forEach(release);

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the gate has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    passed: () => passed,
    hold(matches, nth = 1) {
      const hold: Hold = { matches, left: nth, waiting: [] };
      holds.add(hold);
      const paths = (): readonly string[] => hold.waiting.map(({ path }) => path);
      return {
        paths,
        caught: (count = 1) =>
          vi.waitFor(
            () => {
              if (paths().length < count) throw new Error(`${paths().length} of ${count} requests are held`);
              return paths();
            },
            { timeout: 30_000, interval: 10 },
          ),
        release: () => release(hold),
      };
    },
    releaseAll,
    close: () =>
      new Promise((resolve) => {
        releaseAll();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Resolves to the status when the answer has been passed back; rejects when the target breaks off. */
function passOn(target: URL, { method, headers }: IncomingMessage, body: Buffer, response: ServerResponse) {
  return new Promise<number>((resolve, reject) => {
    const outgoing = request(target, { method, headers, agent: false }, (answer) => {
      const { statusCode = 0, rawHeaders } = answer;
      answer.once("error", reject);
      answer.once("end", () => resolve(statusCode));
      response.writeHead(statusCode, rawHeaders);
      answer.pipe(response);
    });
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}
