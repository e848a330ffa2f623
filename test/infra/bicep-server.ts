import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import * as z from "zod";

export const root = path.resolve(import.meta.dirname, "../..");
export const bicepCommand = execFileSync(path.join(root, "scripts/install-bicep.sh"), { encoding: "utf8" }).trim();

const answerSchema = z.object({
  id: z.int(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string(), data: z.object({ message: z.string().optional() }).nullish() }).optional(),
});
type Answer = z.infer<typeof answerSchema>;

/** One Bicep process that answers many questions: starting one costs seconds, a question half a second. */
export class BicepServer {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  #received = Buffer.alloc(0);
  #lastId = 0;

  constructor(env: Readonly<Record<string, string>> = {}) {
    const started = spawn(bicepCommand, ["jsonrpc", "--stdio"], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "ignore"],
    });
    started.stdout.on("data", (bytes: Buffer) => this.#take(bytes));
    started.once("error", (error) => this.#fail(error));
    started.once("exit", (code) => this.#fail(new Error(`Bicep ended with ${String(code)}`)));
    this.#process = started;
  }

  /** The result, or the text of the error that Bicep answers with. */
  async ask(method: string, params: object): Promise<{ result: unknown } | { error: string }> {
    const id = (this.#lastId += 1);
    const body = JSON.stringify({ jsonrpc: "2.0", id, method: `bicep/${method}`, params: [params] });
    const { result, error } = await new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
    return error === undefined ? { result } : { error: error.data?.message ?? error.message };
  }

  stop(): void {
    this.#process.stdin?.end();
    this.#process.kill();
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const headEnd = this.#received.indexOf("\r\n\r\n");
      if (headEnd < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.toString("latin1", 0, headEnd))?.[1]);
      const end = headEnd + 4 + length;
      if (this.#received.length < end) return;
      const answer = answerSchema.parse(JSON.parse(this.#received.toString("utf8", headEnd + 4, end)));
      this.#received = this.#received.subarray(end);
      this.#waiting.get(answer.id)?.resolve(answer);
      this.#waiting.delete(answer.id);
    }
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
