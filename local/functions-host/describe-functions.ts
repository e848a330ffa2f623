import * as z from "zod";
import type { Binding, FunctionMetadata } from "./core-types.ts";

/** A registration as the app made it; `%SETTING%` is not resolved. */
export const functionDescription = z.object({
  name: z.string(),
  type: z.string(),
  authLevel: z.string().optional(),
  route: z.string().optional(),
  methods: z.array(z.string()).readonly().optional(),
  schedule: z.string().optional(),
  queueName: z.string().optional(),
  connection: z.string().optional(),
});

export type FunctionDescription = Readonly<z.infer<typeof functionDescription>>;

export function describeFunction(metadata: FunctionMetadata): FunctionDescription {
  return functionDescription.parse({ ...triggerOf(metadata).binding, name: metadata.name });
}

export function triggerOf(metadata: FunctionMetadata): { readonly name: string; readonly binding: Binding } {
  const trigger = Object.entries(metadata.bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (trigger === undefined) {
    throw new Error(`Function ${metadata.name} has no trigger.`);
  }
  return { name: trigger[0], binding: trigger[1] };
}

const supported = ["httpTrigger", "timerTrigger", "queueTrigger", "http", "queue"];

/** Throws for a binding that this host would otherwise pass over in silence. */
export function assertSupported(metadata: FunctionMetadata): void {
  for (const { type, direction } of Object.values(metadata.bindings)) {
    if (!supported.includes(type) || (direction === "in" && !type.endsWith("Trigger"))) {
      throw new Error(
        `Function ${metadata.name} has an ${direction}put of type ${type}: this host has only ${supported.join(", ")}.`,
      );
    }
  }
  const retries = metadata.retryOptions !== undefined && metadata.retryOptions !== null;
  const { type } = triggerOf(metadata).binding;
  if (retries && type !== "timerTrigger") {
    throw new Error(`Function ${metadata.name} has a retry policy: Azure has none for a ${type}.`);
  }
}
