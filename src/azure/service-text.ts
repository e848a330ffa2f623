/** Text of a service, or of something that answered in its place, without what could be a token, a signature or a backup that it echoes. */
export function withoutSecrets(text: string): string {
  return text
    .replaceAll(/\bBearer\s+\S+/gi, "Bearer …")
    .replaceAll(/\bsig=[^&\s]+/gi, "sig=…")
    .replaceAll(/[\w+=-]{60,}/g, "…");
}
