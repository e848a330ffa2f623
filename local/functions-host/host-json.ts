import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import * as z from "zod";

/** `[d.]hh:mm:ss[.fff]` of .NET, in milliseconds. */
const timeSpan = z
  .string()
  .regex(/^(\d+\.)?\d{1,2}:\d{2}:\d{2}(\.\d{1,7})?$/, "must be a time span like 00:10:00")
  .transform(toMilliseconds);

const count = (smallest: number, largest: number): z.ZodType<number> =>
  z.coerce.number().int().min(smallest).max(largest);

// The defaults are those of extension bundle 4.x.
const hostJson = z.object({
  version: z.literal("2.0"),
  functionTimeout: z.union([z.literal("-1").transform(() => Infinity), timeSpan]).default(30 * 60_000),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default("api") }).prefault({}),
      queues: z
        .object({
          batchSize: count(1, 32).default(16),
          /** Half of `batchSize` when absent. */
          newBatchThreshold: count(0, 1_000).optional(),
          maxDequeueCount: count(1, 1_000).default(5),
          visibilityTimeout: timeSpan.default(0),
          maxPollingInterval: timeSpan.default(2_000),
          messageEncoding: z.enum(["base64", "none"]).default("base64"),
        })
        .prefault({}),
    })
    .prefault({}),
});

type QueuesSection = z.infer<typeof hostJson>["extensions"]["queues"];
export type QueueSettings = Readonly<QueuesSection & { newBatchThreshold: number }>;

export interface HostSettings {
  readonly routePrefix: string;
  /** `Infinity` when host.json says -1. */
  readonly functionTimeoutInMs: number;
  readonly queues: QueueSettings;
}

const overridePrefix = "AzureFunctionsJobHost__";

/** Reads host.json, and the platform's own overrides: `AzureFunctionsJobHost__extensions__queues__maxDequeueCount` and the like. */
export async function readHostJson(
  appDirectory: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<HostSettings> {
  const path = resolve(appDirectory, "host.json");
  const json: Record<string, unknown> = JSON.parse(await readFile(path, "utf8"));
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith(overridePrefix) && value !== undefined) {
      override(json, name.slice(overridePrefix.length).split("__"), value);
    }
  }
  const parsed = hostJson.safeParse(json);
  if (!parsed.success) {
    throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  }
  const { functionTimeout, extensions } = parsed.data;
  const { batchSize, newBatchThreshold = Math.floor(batchSize / 2) } = extensions.queues;
  return {
    routePrefix: extensions.http.routePrefix.replaceAll(/^\/|\/$/g, ""),
    functionTimeoutInMs: functionTimeout,
    queues: { ...extensions.queues, newBatchThreshold },
  };
}

function override(target: Record<string, unknown>, path: readonly string[], value: string): void {
  const [wanted = "", ...rest] = path;
  // Configuration keys of .NET have no case.
  const key = Object.keys(target).find((name) => name.toLowerCase() === wanted.toLowerCase()) ?? wanted;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = target[key];
  const section: Record<string, unknown> = typeof inner === "object" && inner !== null ? { ...inner } : {};
  target[key] = section;
  override(section, rest, value);
}

function toMilliseconds(text: string): number {
  const [time = "", fraction = "0"] = text.split(/(?<=:\d{2})\.(?=\d+$)/);
  const [days = "0", clock = ""] = time.includes(".") ? time.split(".") : ["0", time];
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
  return (((Number(days) * 24 + hours) * 60 + minutes) * 60 + seconds + Number(`0.${fraction}`)) * 1_000;
}
