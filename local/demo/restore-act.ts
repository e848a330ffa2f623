import * as z from "zod";
import { printable } from "../../src/errors/key-backup-error.ts";
import { bad, dim, good, say } from "./printing.ts";
import type { Demo } from "./run-demo.ts";

const refusalSchema = z.object({ code: z.string(), kind: z.string(), what: z.string(), remedy: z.string() });
const keySchema = z
  .object({
    name: z.string(),
    decision: z.string().optional(),
    outcome: z.string().optional(),
    refusals: z.array(refusalSchema).default([]),
    proof: z
      .object({ proven: z.boolean(), versions: z.number().optional(), thumbprint: z.string().optional() })
      .optional(),
  })
  .loose();
const answerSchema = z.object({ status: z.string(), keys: z.array(keySchema) }).loose();
type Answer = z.infer<typeof answerSchema>;

/** A deleted key comes back, proven; a key of another geography does not, and nothing is sent. */
export async function playRestore(demo: Demo): Promise<void> {
  const retail = demo.standIns.emulator.vault("contoso-retail");
  const own = { source: { vault: "contoso-retail" }, target: { vault: "contoso-retail" }, keys: ["store-0042"] };
  expect(await ask(demo, "/api/restores/plan", own), "refused");
  retail.purge("store-0042");
  say(dim("\n  Purged it, so that its name is free.\n"));
  expect(await ask(demo, "/api/restores/plan", own), "allowed");
  expect(await ask(demo, "/api/restores", { ...own, confirm: "contoso-retail" }), "succeeded");

  say(dim("\n  The same for a key of a European vault:\n"));
  const sent = restoresSent(demo);
  const abroad = { source: { vault: "contoso-payments" }, target: { vault: "contoso-retail" }, keys: ["hsm-root"] };
  expect(await ask(demo, "/api/restores", { ...abroad, confirm: "contoso-retail" }), "refused");
  if (restoresSent(demo) !== sent) throw new Error("a refused restore reached the vault");
  say(`  ${good("0")} calls of Restore Key were sent for it.`);
}

async function ask({ host }: Demo, path: string, body: object): Promise<Answer> {
  say(`  POST ${path} ${JSON.stringify(body)}`);
  const response = await host.fetch(path, { method: "POST", body: JSON.stringify(body) });
  const text = await response.text();
  const answer = answerSchema.safeParse(JSON.parse(text));
  if (!answer.success) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`);
  for (const key of answer.data.keys) sayKey(key);
  return answer.data;
}

function sayKey({ name, decision, outcome, refusals, proof }: z.infer<typeof keySchema>): void {
  const word = outcome ?? decision ?? "";
  say(`    ${name}: ${word === "refused" ? bad(word) : good(word)}`);
  for (const { code, kind, what, remedy } of refusals) {
    say(`      ${code} (${kind}): ${printable(what, 300)}`);
    say(dim(`        ${printable(remedy, 300)}`));
  }
  if (proof?.proven)
    say(`      proven: every version is there (${proof.versions ?? 0}), thumbprint ${proof.thumbprint ?? "none"}`);
}

function expect({ status }: Answer, wanted: string): void {
  if (status !== wanted) throw new Error(`the restore is ${status}, where ${wanted} was expected`);
}

function restoresSent({ standIns }: Demo): number {
  return standIns.emulator.vaults.flatMap((vault) => vault.requests()).filter(({ op }) => op === "restore").length;
}
