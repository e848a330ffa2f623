import type { Call } from "./call.ts";
import type { Fault } from "./fault-rule.ts";
import { newestOf } from "./key-record.ts";
import type { VaultState } from "./vault-state.ts";

/** What somebody else does to the vault while a call is under way. A key that is not there is left alone. */
export function applyEffect(call: Call, effect: NonNullable<Fault["effect"]>): void {
  const name = effect.name ?? call.name;
  switch (effect.do) {
    case "rotate": {
      const record = call.vault.keys.find(name);
      if (record) call.vault.rotate(record);
      return;
    }
    case "disable":
      disable(call.vault, name);
      return;
    case "delete": {
      const record = call.vault.keys.find(name);
      if (record) call.vault.keys.delete(record);
      return;
    }
    case "recover":
      call.vault.keys.recover(name);
      return;
    case "purge":
      call.vault.keys.purge(name);
  }
}

function disable(vault: VaultState, name: string): void {
  const record = vault.keys.find(name);
  if (record === undefined) return;
  const newest = newestOf(record);
  newest.enabled = false;
  newest.updated = vault.nowInS();
}
