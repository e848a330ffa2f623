import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** For `NODE_EXTRA_CA_CERTS` and `CURL_CA_BUNDLE`. */
  readonly certPath: string;
  remove(): Promise<void>;
}

/** Made for one test run, good for two days, for names that end in one of the suffixes. Needs the `openssl` command. */
export async function makeCertificate(suffixes: readonly string[]): Promise<Certificate> {
  const folder = await mkdtemp(path.join(tmpdir(), "key-backup-certificate-"));
  const [keyPath, certPath] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  const names = suffixes.map((suffix) => `DNS:*.${suffix}`).join(",");
  const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=rehearsal";
  const files = ["-addext", `subjectAltName=${names}`, "-keyout", keyPath, "-out", certPath];
  execFileSync("openssl", [...request.split(" "), ...files], { stdio: "pipe" });
  return {
    key: await readFile(keyPath, "utf8"),
    cert: await readFile(certPath, "utf8"),
    certPath,
    remove: () => rm(folder, { recursive: true }),
  };
}
