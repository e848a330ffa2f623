import type { Blob, BlobPage } from "./blob-container.ts";

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export const refusal = (status: number, code: string): Answer => ({
  status,
  headers: { "x-ms-error-code": code, "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
});

export const created = (blob: Blob): Answer => ({ status: 201, headers: stamps(blob) });

/** A HEAD has the same headers; Node.js leaves its body out. */
export const found = (blob: Blob): Answer => ({
  status: 200,
  headers: {
    ...stamps(blob),
    ...Object.fromEntries(Object.entries(blob.metadata).map(([name, value]) => [`x-ms-meta-${name}`, value])),
    "content-type": "application/octet-stream",
    "x-ms-blob-type": "BlockBlob",
    "x-ms-creation-time": blob.createdAt.toUTCString(),
  },
  body: blob.bytes,
});

export const listed = ({ blobs, next }: BlobPage, container: string): Answer => ({
  status: 200,
  headers: { "content-type": "application/xml" },
  body:
    `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="${container}">` +
    `<Blobs>${blobs.map(item).join("")}</Blobs><NextMarker>${escape(next ?? "")}</NextMarker></EnumerationResults>`,
});

function item(blob: Blob): string {
  const facts = Object.entries(blob.metadata).map(([name, value]) => `<${name}>${escape(value)}</${name}>`);
  return (
    `<Blob><Name>${escape(blob.name)}</Name><Properties>` +
    `<Creation-Time>${blob.createdAt.toUTCString()}</Creation-Time>` +
    `<Last-Modified>${blob.createdAt.toUTCString()}</Last-Modified><Etag>0x1</Etag>` +
    `<Content-Length>${blob.bytes.byteLength}</Content-Length><BlobType>BlockBlob</BlobType></Properties>` +
    `<Metadata>${facts.join("")}</Metadata></Blob>`
  );
}

const stamps = ({ createdAt }: Blob) => ({ etag: '"0x1"', "last-modified": createdAt.toUTCString() });

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
