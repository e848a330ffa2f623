import { app } from "@azure/functions";

// An app with every hook: its one function answers what the hooks made of it.
const events: string[] = [];

app.hook.appStart(() => {
  events.push("appStart");
});
app.hook.appTerminate(() => {
  console.log("appTerminate was here");
});
app.hook.preInvocation((context) => {
  events.push("preInvocation");
  context.hookData["from"] = "pre";
});
app.hook.postInvocation((context) => {
  context.result = { jsonBody: { events, hookData: context.hookData["from"] } };
});
app.hook.log((context) => {
  context.message = context.message.replace("password", "********");
});

app.http("hooked", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: (_request, context) => {
    context.warn("the password");
    return { body: "replaced by the hook" };
  },
});
