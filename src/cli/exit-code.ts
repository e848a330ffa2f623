/** What the shell learns. `docs/cli.md` documents it, and tests hold every command to it. */
export const exitCodes = { done: 0, failed: 1, usage: 2, partial: 3, refused: 4 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
