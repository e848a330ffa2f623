import { printable } from "../errors/key-backup-error.ts";
import type { Region, RegionTable } from "./region-table.ts";

export interface ExtraRegion {
  /** As the operator wrote it. */
  readonly text: string;
  readonly name: string;
  readonly geography: string;
  /** What is known under that name so far. */
  readonly row: Region | undefined;
  readonly table: RegionTable;
}

/** ASCII, because the geography becomes metadata of blobs. */
const geographyPattern = /^[A-Za-z][A-Za-z0-9 ()'-]{1,59}$/;

/** The row that an operator's entry makes, or a sentence on why it can't be taken. */
export function extraRegion(entry: ExtraRegion): Region | string {
  const { row, table } = entry;
  const shown = `"${printable(entry.text, 60)}"`;
  if (!/^[a-z][a-z0-9]{2,49}$/.test(entry.name)) {
    return `${shown} is not the name of a region. Give the programmatic name, for instance "finlandcentral".`;
  }
  const stated = entry.geography.trim();
  if (!geographyPattern.test(stated)) {
    return `${shown}: "${printable(stated, 60)}" is not the name of a geography. Give it as ARM spells it (metadata.geography).`;
  }
  const peers = [...table.values()].filter((peer) => peer.geography !== null && sameText(peer.geography, stated));
  if (peers.length > 0 && peers.every((peer) => peer.category === "Stage")) {
    return `${shown}: "${stated}" is a staging geography of Azure itself. Give the geography as ARM spells it, for instance "United States".`;
  }
  const geography = peers[0]?.geography ?? stated;
  if (row?.geography === geography) return row;
  if (row !== undefined && row.geography !== null) {
    return `${shown} is in the geography ${row.geography} already and can't be put into ${geography}. Remove the entry.`;
  }
  if (row !== undefined && row.category !== "Unlaunched") {
    return `${shown} is not a region that can hold a vault. Give a physical region's name.`;
  }
  const cloud = peers[0]?.cloud ?? row?.cloud ?? "AzureCloud";
  if (row !== undefined && row.cloud !== cloud) {
    return `${shown} is in ${row.cloud}, the geography ${geography} in ${cloud}. Correct the geography.`;
  }
  return {
    name: entry.name,
    displayName: row?.displayName ?? entry.text.trim(),
    geography,
    cloud,
    pairedRegion: null,
    category: "Extra",
    operatorMade: true,
  };
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
