import path from "node:path";
import * as z from "zod";
import { root, type BicepServer } from "./bicep-server.ts";
import { evaluate, type Functions } from "./evaluate.ts";

const resourceSchema = z.looseObject({
  condition: z.string().optional(),
  copy: z.looseObject({ count: z.union([z.string(), z.int()]) }).optional(),
  dependsOn: z.array(z.string()).default([]),
});
const outputSchema = z.looseObject({
  value: z.unknown().optional(),
  copy: z.looseObject({ input: z.unknown() }).optional(),
});
const functionSchema = z.object({
  parameters: z.array(z.object({ name: z.string() })).default([]),
  output: z.object({ value: z.unknown() }),
});
const templateSchema = z.object({
  functions: z.array(z.object({ namespace: z.string(), members: z.record(z.string(), functionSchema) })).default([]),
  variables: z.record(z.string(), z.unknown()).default({}),
  resources: z.record(z.string(), resourceSchema),
  outputs: z.record(z.string(), outputSchema).default({}),
});
export type Template = z.infer<typeof templateSchema>;

const compiledSchema = z.object({ success: z.literal(true), contents: z.string() });

/** What a file compiles to: what a deployment evaluates. */
export async function templateOf(bicep: BicepServer, file: string): Promise<Template> {
  const answer = await bicep.ask("compile", { path: path.resolve(root, file) });
  const { contents } = compiledSchema.parse("error" in answer ? answer : answer.result);
  return templateSchema.parse(JSON.parse(contents));
}

/**
 * The value of an output with these parameters, and with what Azure answers for `reference()`. A `fail()` becomes
 * `{ refused: message }`; of an output that is a loop, the value at `index`.
 */
export function outputOf(
  template: Template,
  name: string,
  { parameters, reference, index = 0 }: { parameters: object; reference: object; index?: number },
): unknown {
  const output = template.outputs[name];
  if (output === undefined) throw new Error(`no output ${name}`);
  const known: Functions = { ...logic, ...ownFunctions(template), copyIndex: () => index, reference: () => reference };
  return evaluate(output.copy?.input ?? output.value, {
    ...known,
    parameters: (wanted) => Reflect.get(parameters, String(wanted)),
    variables: (wanted) =>
      evaluate(template.variables[String(wanted)], {
        ...known,
        parameters: (one) => Reflect.get(parameters, String(one)),
      }),
  });
}

const logic: Functions = {
  equals: (left, right) => left === right,
  // Both branches are evaluated here, by Azure one: so a failure is a value.
  if: (condition, met, unmet) => (condition === true ? met : unmet),
  fail: (message) => ({ refused: message }),
};

function ownFunctions(template: Template): Functions {
  const own: Record<string, Functions[string]> = {};
  for (const { namespace, members } of template.functions) {
    for (const [name, { parameters, output }] of Object.entries(members)) {
      own[`${namespace}.${name}`] = (...args) => {
        const given = new Map(parameters.map((parameter, i) => [parameter.name, args[i]]));
        return evaluate(output.value, { ...logic, ...own, parameters: (wanted) => given.get(String(wanted)) });
      };
    }
  }
  return own;
}
