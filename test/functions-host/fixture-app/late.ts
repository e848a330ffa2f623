import { app } from "@azure/functions";

app.http("first", { authLevel: "anonymous", handler: () => ({ body: "first" }) });

// Azure would not know it; the host makes a crash of it.
setTimeout(() => app.http("late", { authLevel: "anonymous", handler: () => ({ body: "late" }) }), 300);
