import { parseArgs } from "node:util";
import { startAzurite } from "./azurite.ts";

// Prints one JSON line with its addresses, then serves until SIGTERM or until stdin closes.
const { values } = parseArgs({
  options: {
    directory: { type: "string" },
    "blob-port": { type: "string", default: "0" },
    "queue-port": { type: "string", default: "0" },
    account: { type: "string", multiple: true, default: [] },
  },
});

const azurite = await startAzurite({
  directory: values.directory,
  blobPort: Number(values["blob-port"]),
  queuePort: Number(values["queue-port"]),
  accounts: values.account,
});
const { blobUrl, queueUrl, accounts } = azurite;
process.stdout.write(`${JSON.stringify({ blobUrl, queueUrl, accounts })}\n`);

const stop = async (): Promise<void> => {
  await azurite.close();
  process.exit(0);
};
process.once("SIGTERM", () => void stop());
process.stdin.once("close", () => void stop()).resume();
