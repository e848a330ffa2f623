import { describe, expect, it } from "vitest";
import { PointWindow } from "../../local/key-vault-emulator/throttle.ts";
import { emulatorWith, oneVault, send } from "./clients.ts";

const getKey = (url: string) => send(url, "/keys/k?api-version=7.4");
const statuses = async (count: number, call: () => Promise<Response>) => {
  const all: number[] = [];
  for (let index = 0; index < count; index++) all.push((await call()).status);
  return all;
};
const accepted = (all: readonly number[]) => all.filter((status) => status === 200).length;

describe("throttling", () => {
  it("answers 429 without Retry-After past the limit of the window, and recovers", async () => {
    const { vault } = await oneVault([{ name: "k" }]);
    vault.setThrottle({ scale: 0.005, windowInMs: 400 });
    const all = await statuses(25, () => getKey(vault.url));
    expect(accepted(all)).toBe(20);
    const refused = await getKey(vault.url);
    expect(refused.headers.has("retry-after")).toBe(false);
    expect(await refused.json()).toEqual({
      error: {
        code: "Throttled",
        message:
          "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached",
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 450));
    expect((await getKey(vault.url)).status).toBe(200);
  });

  it("sends Retry-After when told to", async () => {
    const { vault } = await oneVault([{ name: "k" }], { throttle: { scale: 0.00025, retryAfterInS: 7 } });
    expect((await getKey(vault.url)).status).toBe(200);
    expect((await getKey(vault.url)).headers.get("retry-after")).toBe("7");
  });

  it("weighs calls: a new key costs 200 gets, a signature of a 4,096-bit HSM key 16", async () => {
    const { vault } = await oneVault([{ name: "k" }, { name: "big", type: "RSA-HSM", size: 4096 }], { sku: "premium" });
    const version = vault.versionsOf("big")[0] ?? "";
    const body = JSON.stringify({ alg: "RS256", value: Buffer.alloc(32).toString("base64url") });
    vault.setThrottle({ scale: 216 / 4000 });
    const rotate = await send(vault.url, "/keys/k/rotate?api-version=7.4", { method: "POST" });
    const sign = () => send(vault.url, `/keys/big/${version}/sign?api-version=7.4`, { method: "POST", body });
    expect([rotate.status, (await sign()).status, (await getKey(vault.url)).status]).toEqual([200, 200, 429]);
  });

  it.each([
    [false, 200],
    [true, 429],
  ])("rejected calls count: %s", async (countRejected, after) => {
    const { vault } = await oneVault([{ name: "k" }]);
    vault.setThrottle({ scale: 0.00125, windowInMs: 1_000, countRejected });
    await statuses(5, () => getKey(vault.url));
    await new Promise((resolve) => setTimeout(resolve, 600));
    await statuses(10, () => getKey(vault.url));
    await new Promise((resolve) => setTimeout(resolve, 550));
    expect((await getKey(vault.url)).status).toBe(after);
  });

  it("lets all vaults of a subscription and region use five times one vault's limit, no more", async () => {
    const names = Array.from({ length: 7 }, (_, index) => `kv-${index + 1}`);
    const emulator = await emulatorWith({
      throttle: { scale: 0.001, windowInMs: 30_000, subscriptionCeiling: true },
      vaults: [
        ...names.map((name) => ({ name, region: "westeurope", keys: [{ name: "k" }] })),
        { name: "kv-elsewhere", region: "northeurope", keys: [{ name: "k" }] },
      ],
    });
    const perVault = [];
    for (const name of names) perVault.push(accepted(await statuses(5, () => getKey(emulator.vault(name).url))));
    expect(perVault).toEqual([4, 4, 4, 4, 4, 0, 0]);
    expect((await getKey(emulator.vault("kv-elsewhere").url)).status).toBe(200);
  });

  it("has no window of any alignment with more than the limit", () => {
    const window = new PointWindow(1_000, 10);
    const times: number[] = [];
    for (let now = 0; now < 5_000; now += 7) {
      if (!window.hasRoomFor(1, now)) continue;
      window.spend(1);
      times.push(now);
    }
    expect(times.length).toBeGreaterThanOrEqual(48);
    expect(times.every((time, index) => (times[index + 10] ?? Infinity) - time >= 985)).toBe(true);
  });
});
