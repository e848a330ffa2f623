import { KeyBackupError, printable } from "../errors/key-backup-error.ts";
import type { KeyPage, KeyVersion, ListedKey } from "../ports/key-vault.ts";
import { readListedKey, readPage, readVersion, type AnsweredPage } from "./key-vault-answers.ts";
import type { VaultAction } from "./key-vault-errors.ts";
import type { RawAnswer } from "./key-vault-exchange.ts";

export interface PageRequest {
  /** The key whose versions are listed; absent: the keys. */
  readonly name: string | undefined;
  /** The next link of the page before; absent: the first page. */
  readonly link: string | undefined;
  readonly action: VaultAction;
  readonly read: (answer: RawAnswer) => RegionalPage | undefined;
}

interface RegionalPage extends AnsweredPage {
  readonly region: string | undefined;
}

/** Fetches one page, retried by itself: a listing of many pages does not begin anew for one lost answer. */
export type FetchPage = (request: PageRequest) => Promise<RegionalPage>;

export interface Listing {
  readonly host: string;
  readonly fetchPage: FetchPage;
  readonly isOwn: (url: string) => boolean;
  readonly tenantId: () => string | undefined;
}

/** What can't be a key is named once all that can have been listed: one odd item hides no other, and is not passed over either. */
export async function* listKeys(listing: Listing): AsyncGenerator<KeyPage> {
  const action: VaultAction = { words: `list the keys of ${listing.host}`, kind: "list" };
  const odd: unknown[] = [];
  for await (const { items, region } of pages(listing, undefined, action)) {
    const keys: ListedKey[] = [];
    for (const item of items) {
      const key = readListedKey(item);
      if (key === undefined) odd.push(item);
      else keys.push(key);
    }
    yield { keys, observed: { region, tenantId: listing.tenantId() } };
  }
  refuseOdd(odd, action);
}

export async function listVersions(listing: Listing, name: string): Promise<readonly KeyVersion[]> {
  const action: VaultAction = { words: `list the versions of key "${name}" of ${listing.host}`, kind: "list" };
  const versions: KeyVersion[] = [];
  const odd: unknown[] = [];
  for await (const { items } of pages(listing, name, action)) {
    for (const item of items) {
      const version = readVersion(item);
      if (version === undefined) odd.push(item);
      else versions.push(version);
    }
  }
  refuseOdd(odd, action);
  return versions.toSorted((a, b) => (b.createdAt ?? "").localeCompare(a.createdAt ?? ""));
}

/** To the last page, which is the one without a next link: short and empty ones come in between. */
async function* pages(listing: Listing, name: string | undefined, action: VaultAction): AsyncGenerator<RegionalPage> {
  const followed = new Set<string>();
  let link: string | undefined;
  do {
    const page = await listing.fetchPage({ name, link, action, read });
    yield page;
    link = page.nextLink;
    if (link !== undefined) refuseLink(link, followed, listing, action);
  } while (link !== undefined);
}

function read(answer: RawAnswer): RegionalPage | undefined {
  const page = readPage(answer.body);
  return page && { ...page, region: answer.region };
}

/** A next link is sent with the bearer token: never to another host. One that comes again would never end. */
function refuseLink(link: string, followed: Set<string>, { isOwn }: Listing, action: VaultAction): void {
  const fault = isOwn(link) ? followed.has(link) && "leads in a circle" : `leads to ${printable(hostOf(link), 100)}`;
  if (fault !== false)
    throw new KeyBackupError("vault-bad-answer", `${action.words}: the link to the next page ${fault}`);
  followed.add(link);
}

const hostOf = (link: string): string => (URL.canParse(link) ? new URL(link).host : "no address at all");

function refuseOdd(odd: readonly unknown[], action: VaultAction): void {
  if (odd.length === 0) return;
  const named = odd.slice(0, 5).map((item) => printable(kidOf(item), 160));
  throw new KeyBackupError(
    "vault-bad-answer",
    `${action.words}: ${odd.length} of the items can't be read: ${named.join(", ")}`,
  );
}

function kidOf(item: unknown): string {
  const kid: unknown = typeof item === "object" && item !== null && "kid" in item ? item.kid : undefined;
  return typeof kid === "string" ? kid : "one without an id";
}
