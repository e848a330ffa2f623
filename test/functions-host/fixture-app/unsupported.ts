import { app } from "@azure/functions";

app.storageBlob("onBlob", { path: "in/{name}", connection: "AzureWebJobsStorage", handler: () => undefined });
