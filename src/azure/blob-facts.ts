import { KeyBackupError } from "../errors/key-backup-error.ts";
import { FACTS_LIMIT_IN_BYTES, type BlobFacts } from "../ports/backup-store.ts";

const NAME = /^[a-z][a-z0-9]*$/;
/** Printable ASCII that HTTP leaves as it is: not empty, no blanks at either end. */
const VALUE = /^[!-~]([ -~]*[!-~])?$/;

/** Refuses facts that a store would refuse, cut or change, naming every one of them. */
export function checkFacts(path: string, facts: BlobFacts): void {
  const entries = Object.entries(facts);
  const problems = entries.flatMap(([name, value]) => [
    ...(NAME.test(name) ? [] : [`the name ${JSON.stringify(name)} is not lower-case letters and digits`]),
    ...(VALUE.test(value) ? [] : [`the value of ${JSON.stringify(name)} is empty, padded or not printable ASCII`]),
  ]);
  const size = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > FACTS_LIMIT_IN_BYTES) problems.push(`${size} bytes of facts, ${FACTS_LIMIT_IN_BYTES} are allowed`);
  if (problems.length === 0) return;
  throw new KeyBackupError("store-bad-facts", `create ${path}: ${problems.join("; ")}`, { problems });
}
