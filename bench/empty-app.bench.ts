import { app } from "@azure/functions";

app.http("empty", { methods: ["GET"], authLevel: "function", handler: () => ({ status: 204 }) });
