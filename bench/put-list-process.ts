import { startPutListServer } from "./put-list-server.ts";

// Prints one line of JSON with the address, and runs until its standard input closes or a SIGTERM comes.
const server = await startPutListServer({ latencyInMs: Number(process.argv[2] ?? 0) });
const end = new Promise<void>((resolve) => {
  process.once("SIGTERM", resolve);
  process.stdin.once("close", resolve).once("end", resolve).resume();
});
console.log(JSON.stringify({ url: server.url }));
await end;
await server.close();
process.exit(0);
