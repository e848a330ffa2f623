import { KeyClient } from "@azure/keyvault-keys";
import { createFixedToken } from "../src/azure/credential.ts";
import { token } from "./stage.ts";

/**
 * The calls that the app makes for a key, on the plain SDK, one after another, as scripts do; storing is left out, which
 * flatters them. Resolves to the keys a second of the first `sample` keys.
 */
export async function backUpOneAfterAnother(url: string, sample: number): Promise<number> {
  const client = new KeyClient(url, createFixedToken(token), {
    disableChallengeResourceVerification: true,
    allowInsecureConnection: true,
  });
  await client.listPropertiesOfKeys().next();
  const startedAt = performance.now();
  let taken = 0;
  for await (const { name } of client.listPropertiesOfKeys()) {
    if (taken === sample) break;
    for await (const version of client.listPropertiesOfKeyVersions(name))
      if (version.name !== name) throw new Error(name);
    const backup = await client.backupKey(name);
    if (backup === undefined || backup.byteLength === 0) throw new Error(`no backup of ${name}`);
    await client.getKey(name);
    await client.getKeyRotationPolicy(name);
    taken += 1;
  }
  return taken / ((performance.now() - startedAt) / 1000);
}
