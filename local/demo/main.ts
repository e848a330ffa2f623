import { parseArgs } from "node:util";
import { runDemo } from "./run-demo.ts";
import { bad, say } from "./printing.ts";

const { values } = parseArgs({ options: { keep: { type: "boolean", default: false } } });

try {
  await runDemo({ keep: values.keep });
} catch (error) {
  say(bad(`\nThe demo failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`));
  process.exitCode = 1;
}
