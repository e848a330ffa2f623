import * as z from "zod";
import { type Answer, type Call, parseJson } from "../call.ts";
import { hashOf } from "../random.ts";
import { badParameter } from "../service-error.ts";

/** A listing: what comes after a marker, in order, and the marker of each. */
export interface Listing<Item> {
  readonly path: string;
  after(marker: string, count: number): Item[];
  markerOf(item: Item): string;
  toWire(item: Item): Record<string, unknown>;
}

const skipToken = z.object({
  NextMarker: z.string(),
  TargetLocation: z.literal(0),
  /** Empty pages so far at this marker. */
  step: z.number().int(),
});
type SkipToken = z.output<typeof skipToken>;

/** A page is no snapshot: what is added or deleted meanwhile may show or not. */
export function listPage<Item>(call: Call, listing: Listing<Item>): Answer {
  const { pageSize, paging, seed } = call.vault.shared.settings;
  const token = readToken(call.query.get("$skiptoken"));
  const limit = Math.min(readMaxResults(call.query.get("maxresults")), pageSize);
  const shape = hashOf(`${seed}|${listing.path}|${token.NextMarker}|${token.step}`);
  const size = paging === "ragged" ? raggedSize(shape, token.step, limit) : limit;
  const found = listing.after(token.NextMarker, size + 1);
  const items = found.slice(0, size);
  const last = items.at(-1);
  const emptyTail = paging === "ragged" && found.length > 0 && shape % 2 === 0;
  const next =
    found.length > size || emptyTail
      ? nextLink(call, listing.path, {
          NextMarker: last === undefined ? token.NextMarker : listing.markerOf(last),
          TargetLocation: 0,
          step: last === undefined ? token.step + 1 : 0,
        })
      : null;
  return { status: 200, body: { value: items.map((item) => listing.toWire(item)), nextLink: next } };
}

/** One page in four is empty, two are short; of 66 recorded pages only 18 were full and 13 empty. */
function raggedSize(shape: number, step: number, limit: number): number {
  const kind = (shape >>> 8) % 4;
  if (kind === 0 && step < 3) return 0;
  return kind === 3 ? limit : 1 + ((shape >>> 16) % limit);
}

function readMaxResults(text: string | null): number {
  if (text === null) return 25;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 25) return count;
  throw badParameter("Parameter 'maxresults' failed to meet validation requirement");
}

function readToken(text: string | null): SkipToken {
  if (text === null) return { NextMarker: "", TargetLocation: 0, step: 0 };
  const token = parseJson(skipToken, Buffer.from(text, "base64url").toString("utf8"));
  if (token === undefined) throw badParameter("Parameter '$skiptoken' is not valid");
  return token;
}

/** Absolute, with its port, on the dialled origin. */
function nextLink(call: Call, path: string, token: SkipToken): string {
  const maxResults = call.query.get("maxresults");
  const version = call.query.get("api-version") ?? "";
  const encoded = Buffer.from(JSON.stringify(token)).toString("base64url");
  const max = maxResults === null ? "" : `&maxresults=${maxResults}`;
  return `${call.vault.url}${path}?api-version=${version}${max}&$skiptoken=${encoded}`;
}
