import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startAzurite, type Azurite } from "../../local/azurite/azurite.ts";
import { spawnFunctionsHost, type SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { createTimer } from "../../local/functions-host/timers.ts";
import { buildFixture, type Fixture } from "./build-fixture.ts";
import { recorded, waitForEvents } from "./recorded.ts";

let azurite: Azurite;
let fixture: Fixture;
let host: SpawnedFunctionsHost;

function spawn({ timers = false, env = {} } = {}): Promise<SpawnedFunctionsHost> {
  return spawnFunctionsHost({
    appDirectory: fixture.appDirectory,
    env: {
      AzureWebJobsStorage: azurite.connectionString(),
      WORK_QUEUE: "work",
      FAST_SCHEDULE: "* * * * * *",
      ...env,
    },
    timers,
  });
}

beforeAll(async () => {
  azurite = await startAzurite();
  fixture = await buildFixture();
  host = await spawn();
}, 60_000);
afterAll(async () => {
  await host.stop();
  await azurite.close();
  await fixture.remove();
});

const timerBinding = { type: "timerTrigger", direction: "in" } as const;
const post = { method: "POST", headers: { "content-type": "application/json" } };

describe("a timer fired on demand", () => {
  it("is told its next instant, and that there was none before; what it returns goes to its queue", async () => {
    expect(await host.fireTimer("nightly")).toEqual({ outcome: "succeeded" });
    const [note] = await waitForEvents(host, "note", 1);
    const next = new Date();
    next.setUTCDate(next.getUTCDate() + (next.getUTCHours() >= 2 ? 1 : 0));
    expect(note?.message).toEqual({
      timer: {
        schedule: { adjustForDST: true },
        scheduleStatus: {
          last: "0001-01-01T00:00:00",
          next: `${next.toISOString().slice(0, 10)}T02:00:00.000+00:00`,
          lastUpdated: "0001-01-01T00:00:00",
        },
        isPastDue: false,
      },
    });
  });

  it("pretends to be called at an instant", async () => {
    const before = recorded(host, "note").length;
    await host.fireTimer("nightly", { scheduledAt: "2027-03-01T02:00:00Z", isPastDue: true });
    const notes = await waitForEvents(host, "note", before + 1);
    expect(notes.at(-1)?.message).toMatchObject({
      timer: {
        scheduleStatus: { last: "2027-02-28T02:00:00.000+00:00", next: "2027-03-01T02:00:00.000+00:00" },
        isPastDue: true,
      },
    });
  });

  it("has no status when its schedule is finer than a minute", async () => {
    await host.fireTimer("everySecond");
    expect((await waitForEvents(host, "tick", 1))[0]?.timer).toMatchObject({ scheduleStatus: null });
  });

  it("says how it failed", async () => {
    expect(await host.fireTimer("failing")).toEqual({ outcome: "failed", error: "planned failure" });
  });

  it("answers 202 at once through the real host's admin API", async () => {
    const before = recorded(host, "tick").length;
    const response = await host.fetch("/admin/functions/everySecond", { ...post, body: `{"input":""}` });
    expect(response.status).toBe(202);
    await waitForEvents(host, "tick", before + 1);
  });

  it("gives a queue function its message the same way", async () => {
    const before = recorded(host, "note").length;
    await host.fetch("/admin/functions/note", { ...post, body: JSON.stringify({ input: `{"by":"admin"}` }) });
    expect((await waitForEvents(host, "note", before + 1)).at(-1)?.message).toEqual({ by: "admin" });
  });

  it.each([
    ["an unknown function", "/admin/functions/unknown", post, 404],
    ["an HTTP function", "/admin/functions/greet", post, 404],
    ["another method", "/admin/functions/nightly", {}, 404],
    ["a body that is no JSON", "/admin/functions/nightly", { ...post, body: "{" }, 400],
    ["an instant that is none", "/admin/functions/nightly", { ...post, body: `{"scheduledAt":"soon"}` }, 400],
  ])("is refused for %s", async (_case, path, init, status) => {
    expect((await host.fetch(path, init)).status).toBe(status);
  });
});

describe("a timer with a retry policy", () => {
  it("is called again with its retry context and the same instant, until it succeeds", async () => {
    const retrying = await spawn({ env: { TIMER_FAILURES: "2", FUNCTIONS_HOST_RETRY_DELAY: "0.2" } });
    try {
      const firing = { scheduledAt: "2027-03-01T04:00:00Z" };
      expect(await retrying.fireTimer("retried", firing)).toEqual({ outcome: "succeeded" });
    } finally {
      await retrying.stop();
    }
    const tries = recorded(retrying, "tried");
    const exception = { message: "Error: planned failure" };
    expect(tries.map(({ metadata }) => metadata)).toEqual([
      undefined,
      { retryCount: 1, maxRetryCount: 3, exception },
      { retryCount: 2, maxRetryCount: 3, exception },
    ]);
    expect(new Set(tries.map(({ timer }) => JSON.stringify(timer))).size).toBe(1);
  }, 30_000);

  it("has failed after its last try", async () => {
    const failing = await spawn({ env: { TIMER_FAILURES: "9", FUNCTIONS_HOST_RETRY_DELAY: "0" } });
    try {
      expect(await failing.fireTimer("retried")).toEqual({ outcome: "failed", error: "planned failure" });
    } finally {
      await failing.stop();
    }
    expect(recorded(failing, "tried")).toHaveLength(4);
  }, 30_000);

  it("does not hold up a host that stops", async () => {
    const stopping = await spawn({ env: { TIMER_FAILURES: "9" } });
    const firing = stopping.fireTimer("retried");
    await waitForEvents(stopping, "tried", 1);
    expect(await stopping.stop()).toEqual({ code: 0, signal: null });
    expect(await firing).toEqual({ outcome: "failed", error: "planned failure" });
    expect(recorded(stopping, "tried")).toHaveLength(1);
  }, 30_000);
});

describe("schedules", () => {
  it("are not followed unless asked for", async () => {
    const before = recorded(host, "tick").length;
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    expect(recorded(host, "tick")).toHaveLength(before);
  });

  it("are followed when asked for, once for each instant", async () => {
    const following = await spawn({ timers: true });
    try {
      await waitForEvents(following, "tick", 3);
    } finally {
      await following.stop();
    }
    const ticks = following.logs().filter(({ message }) => message.startsWith(`{"event":"tick"`));
    const seconds = ticks.map(({ time }) => time.slice(0, 19));
    expect(new Set(seconds).size).toBe(seconds.length);
  }, 30_000);

  it.each([
    ["daily", "0 0 2 * * *", ["2027-01-01T02:00:00.000+00:00", "2027-01-02T02:00:00.000+00:00"]],
    [
      "yearly, beyond the longest timer",
      "0 0 0 1 6 *",
      ["2027-06-01T00:00:00.000+00:00", "2028-06-01T00:00:00.000+00:00"],
    ],
  ])("tell a call its own instant and the call before it: %s", async (_case, schedule, [first, second]) => {
    vi.useFakeTimers({ now: new Date("2027-01-01T01:59:00Z") });
    const told: unknown[] = [];
    const timer = createTimer(timerBinding, schedule, async ({ value }) => {
      const info: { readonly ScheduleStatus: unknown } = JSON.parse(value.json ?? "");
      told.push(info.ScheduleStatus);
      return { outcome: "failed", error: new Error("a failure does not stop the schedule") };
    });
    try {
      timer.start();
      const twoYearsInMs = 2 * 366 * 24 * 60 * 60 * 1_000;
      await vi.advanceTimersByTimeAsync(twoYearsInMs);
    } finally {
      timer.stop();
      vi.useRealTimers();
    }
    expect(told.slice(0, 2)).toEqual([
      { Last: "0001-01-01T00:00:00", Next: first, LastUpdated: "0001-01-01T00:00:00" },
      { Last: first, Next: second, LastUpdated: first },
    ]);
  });

  it.each(["0 0 2 * * ?", "0 0 2 L * *", "0 0 2 15W * *", "0 0 2 * * MON#1", "0 0 2 * * 5L"])(
    "are refused when they are not NCRONTAB: %s",
    (schedule) => {
      const timer = (): unknown => createTimer(timerBinding, schedule, () => Promise.reject(new Error("never called")));
      expect(timer).toThrow("is not NCRONTAB");
    },
  );

  it.each(["0 0 2 * JUL WED", "0 */5 * * * *", "30 2 * * *"])("may be %s", async (schedule) => {
    const timer = createTimer(timerBinding, schedule, async () => ({ outcome: "succeeded", response: {} }));
    expect(await timer.fire({})).toMatchObject({ outcome: "succeeded" });
  });
});
