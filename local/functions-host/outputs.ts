import type { FunctionMetadata, InvocationResponse, TypedData } from "./core-types.ts";
import type { QueueStorage } from "./queue-storage.ts";

/** Sends what a function gave to its queue outputs: by `context.extraOutputs`, or by returning it. */
export async function deliverQueueOutputs(
  storage: QueueStorage,
  metadata: FunctionMetadata,
  response: InvocationResponse,
): Promise<void> {
  const given = new Map((response.outputData ?? []).map(({ name, data }) => [name, data]));
  if (response.returnValue !== undefined && response.returnValue !== null) {
    given.set("$return", response.returnValue);
  }
  for (const [name, binding] of Object.entries(metadata.bindings)) {
    const data = given.get(name);
    if (binding.direction === "out" && binding.type === "queue" && data !== undefined) {
      await storage.queueOf(binding).send(toMessages(data));
    }
  }
}

/** An array, or a text that is a JSON array, becomes one message per element, as in the real host. */
export function toMessages(data: TypedData): readonly (string | Uint8Array)[] {
  if (data.bytes !== undefined && data.bytes !== null) {
    return [data.bytes];
  }
  const text = data.json ?? data.string ?? String(data.int ?? data.double ?? "");
  const elements = text.trimStart().startsWith("[") ? parseArray(text) : undefined;
  return elements?.map((element) => (typeof element === "string" ? element : JSON.stringify(element))) ?? [text];
}

function parseArray(text: string): readonly unknown[] | undefined {
  try {
    const elements: readonly unknown[] = JSON.parse(text);
    return elements;
  } catch {
    // A text that only looks like an array goes out as it is.
    return undefined;
  }
}
