// A store as lock-worm sees it, through the control plane: it works whatever the store's network and shared keys are.
import { az } from "./az.mjs";
import { isGroupName, isSubscriptionId, parseJson } from "./hook.mjs";

/** A tier that is off has no container. */
const containersOfStores = ["daily", "monthly", "yearly", "restores"];

export function parseStore(id) {
  const [, , subscription, , group, , , , name] = typeof id === "string" ? id.split("/") : [];
  const sameShape = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
  const known = isSubscriptionId(subscription) && isGroupName(group) && /^[a-z\d]{3,24}$/.test(name ?? "");
  if (!known || id.toLowerCase() !== sameShape.toLowerCase())
    throw new Error("that is no resource id of a storage account");
  return { subscription, group, name };
}

/** The containers of backups and restore records that exist. */
export function listContainers(store) {
  const listed = az([
    "storage",
    "container-rm",
    "list",
    "--storage-account",
    store.name,
    ...placeOf(store),
    "--output",
    "json",
  ]);
  if (!listed.ok) throw new Error(`${store.name}: its containers could not be listed`);
  const found = parseJson(listed.output, `what az says of ${store.name}`);
  const names = Array.isArray(found) ? found.map((container) => container?.name) : [];
  const known = containersOfStores.filter((name) => names.includes(name));
  if (known.length === 0) throw new Error(`${store.name} has none of the containers ${containersOfStores.join(", ")}`);
  return known;
}

/** Resolves to nothing if the container has no policy: az then prints nothing. */
export function readPolicy(store, container) {
  const shown = az([
    "storage",
    "container",
    "immutability-policy",
    "show",
    ...policyOf(store, container),
    "--output",
    "json",
  ]);
  const label = `${store.name}/${container}`;
  if (!shown.ok) throw new Error(`${label}: its policy could not be read`);
  if (shown.output.trim() === "") return undefined;
  const policy = parseJson(shown.output, `what az says of ${label}`);
  if (policy === null) return undefined;
  // The service has state and period under `properties`, az brings them up.
  const { state, immutabilityPeriodSinceCreationInDays: days } = policy.properties ?? policy;
  const understood = (state === "Locked" || state === "Unlocked") && Number.isInteger(days) && days > 0;
  if (!understood || typeof policy.etag !== "string" || !/^"?[\w.:=+/-]+"?$/.test(policy.etag))
    throw new Error(`${label}: its policy was not understood`);
  return { locked: state === "Locked", days, etag: policy.etag };
}

/** The service locks only the policy of this etag, so only what was read and told. */
export function lockPolicy(store, container, etag) {
  const where = policyOf(store, container);
  return az(["storage", "container", "immutability-policy", "lock", ...where, "--if-match", etag, "--output", "none"])
    .ok;
}

const placeOf = ({ group, subscription }) => ["--resource-group", group, "--subscription", subscription];
const policyOf = (store, container) => ["--account-name", store.name, "--container-name", container, ...placeOf(store)];
