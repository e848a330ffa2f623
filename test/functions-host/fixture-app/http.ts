import { app, output, trigger } from "@azure/functions";

export function registerHttp(): void {
  app.http("greet", {
    methods: ["GET"],
    route: "greetings/{name?}",
    authLevel: "anonymous",
    handler: (request) => ({
      jsonBody: {
        params: request.params,
        query: Object.fromEntries(request.query),
        agent: request.headers.get("x-agent"),
        url: request.url,
      },
    }),
  });

  app.http("guarded", { methods: ["GET"], authLevel: "function", handler: () => ({ body: "open" }) });

  app.http("administration", { methods: ["GET"], authLevel: "admin", handler: () => ({ body: "open" }) });

  app.http("part", {
    methods: ["GET"],
    route: "items/{id:int}/parts/{part}",
    authLevel: "anonymous",
    handler: (request) => ({ jsonBody: { by: "part", ...request.params } }),
  });

  app.http("anyPart", {
    methods: ["GET"],
    route: "items/{id}/parts/{part}",
    authLevel: "anonymous",
    handler: (request) => ({ jsonBody: { by: "anyPart", ...request.params } }),
  });

  app.http("specialPart", {
    methods: ["GET"],
    route: "items/special/parts/{part}",
    authLevel: "anonymous",
    handler: (request) => ({ jsonBody: { by: "specialPart", ...request.params } }),
  });

  app.http("echo", {
    methods: ["POST"],
    authLevel: "anonymous",
    handler: async (request) => ({
      status: 201,
      headers: { "content-type": request.headers.get("content-type") ?? "" },
      cookies: [{ name: "seen", value: "yes", path: "/", httpOnly: true, sameSite: "Strict" }],
      body: await request.arrayBuffer(),
    }),
  });

  app.generic("nothing", {
    trigger: trigger.http({ methods: ["GET"], authLevel: "anonymous" }),
    return: output.http({}),
    handler: () => undefined,
  });

  app.http("fail", {
    methods: ["GET"],
    authLevel: "anonymous",
    handler: () => {
      throw new Error("planned failure");
    },
  });

  app.http("never", { methods: ["GET"], authLevel: "anonymous", handler: () => new Promise(() => undefined) });

  app.http("pause", {
    methods: ["GET"],
    authLevel: "anonymous",
    handler: async (request, context) => {
      context.info("pausing");
      await new Promise((resolve) => setTimeout(resolve, Number(request.query.get("ms"))));
      return { body: "done" };
    },
  });

  app.http("crash", {
    methods: ["GET"],
    authLevel: "anonymous",
    handler: () =>
      new Promise(() => {
        setImmediate(() => {
          throw new Error("planned crash");
        });
      }),
  });

  const work = output.storageQueue({ queueName: "work", connection: "AzureWebJobsStorage" });
  const notes = output.storageQueue({ queueName: "notes", connection: "AzureWebJobsStorage" });

  // Sends its body to both queues as it is: an array becomes as many messages.
  app.http("enqueue", {
    methods: ["POST"],
    authLevel: "function",
    extraOutputs: [work, notes],
    handler: async (request, context) => {
      const body: { readonly work?: unknown; readonly notes?: unknown } = JSON.parse(await request.text());
      context.extraOutputs.set(work, body.work);
      context.extraOutputs.set(notes, body.notes);
      return { status: 202 };
    },
  });
}
