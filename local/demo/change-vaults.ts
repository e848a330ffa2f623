import type { StandIns } from "../stand-ins.ts";
import { say } from "./printing.ts";

/** A day in the life of three vaults. */
export async function changeVaults({ emulator }: StandIns): Promise<void> {
  const payments = emulator.vault("contoso-payments");
  for (const name of ["merchant-0001", "merchant-0002", "TDE-Protector"]) await payments.rotate(name);
  const identity = emulator.vault("contoso-identity");
  await identity.seed([{ name: "tenant-new", type: "EC" }]);
  identity.update("tenant-0007", { enabled: false });
  emulator.vault("contoso-retail").delete("store-0042");
  say("  rotated three keys of contoso-payments; created one in contoso-identity and disabled another;");
  say("  deleted one from contoso-retail\n");
}
