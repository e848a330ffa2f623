// Locks the immutability policies of stores, for ever: a locked period can be made longer, never shorter, and the account
// can't be deleted while an immutable blob is in it. Run by azd or with the name of a deployment, it locks the stores that
// the template says are to be locked (`worm` is `locked`); with the id of a store, only if --yes-lock-forever is there.
import { readArguments, readOutput, runHook, UsageError } from "./hook.mjs";
import { listContainers, lockPolicy, parseStore, readPolicy } from "./store.mjs";

const usage =
  "usage: node infra/hooks/lock-worm.mjs [DEPLOYMENT] [--dry-run], or STORE_RESOURCE_ID --yes-lock-forever | --dry-run";

await runHook("lock-worm", (tell) => {
  const {
    argument,
    "dry-run": dryRun,
    "yes-lock-forever": yes,
  } = readArguments(usage, ["dry-run", "yes-lock-forever"]);
  const stores = storesToLock(argument, dryRun || yes);
  if (stores.length === 0) tell("nothing to lock: worm is not 'locked'");

  const containers = stores.flatMap(readContainers);
  const unlocked = containers.filter(({ policy }) => policy !== undefined && !policy.locked);
  for (const container of containers) tell(`${container.label}: ${planFor(container)}`);
  if (containers.some(({ policy }) => policy === undefined))
    throw new Error(
      "nothing was locked: a container has no policy; deploy with worm, or delete the container if its tier is off",
    );
  if (dryRun || unlocked.length === 0) return true;

  for (const { store, name, label, policy } of unlocked)
    tell(`${label}: ${lockPolicy(store, name, policy.etag) ? "lock taken" : "lock refused"}`);
  return allLocked(containers, tell);
});

function storesToLock(argument, meant) {
  if (argument?.startsWith("/")) {
    if (!meant) throw new UsageError(`not locked; add --yes-lock-forever if you mean it. ${usage}`);
    return [parseStore(argument)];
  }
  const ids = readOutput("KEY_BACKUP_STORES_TO_LOCK", argument);
  if (!Array.isArray(ids)) throw new Error("KEY_BACKUP_STORES_TO_LOCK is not what the template puts out: no list");
  return ids.map(parseStore);
}

function readContainers(store) {
  return listContainers(store).map((name) => ({
    store,
    name,
    label: `${store.name}/${name}`,
    policy: readPolicy(store, name),
  }));
}

function planFor({ policy }) {
  if (policy === undefined) return "has no immutability policy";
  return policy.locked
    ? `is locked already, for ${policy.days} days`
    : `to be locked for ever, for ${policy.days} days`;
}

/** Reads every policy back: only what the service says afterwards counts. */
function allLocked(containers, tell) {
  const locked = containers.map(({ store, name, label }) => {
    try {
      const policy = readPolicy(store, name);
      tell(policy?.locked ? `${label}: is locked, for ${policy.days} days` : `${label}: is NOT locked`);
      return policy?.locked === true;
    } catch (error) {
      tell(error.message);
      return false;
    }
  });
  return locked.every(Boolean);
}
