/** What the program tells an operator, a machine and a shell about each way it can fail. The set is closed. */
export interface CodeFacts {
  /** What to do about it, in words an operator can act on. */
  readonly hint: string;
  /** Status of an HTTP answer that reports it (RFC 9457). */
  readonly httpStatus: number;
  /** Exit code of the command line: 1 failed, 2 usage, 3 partial, 4 refused. */
  readonly exitCode: 1 | 2 | 3 | 4;
}

export const fact = (httpStatus: number, exitCode: CodeFacts["exitCode"], hint: string): CodeFacts => ({
  hint,
  httpStatus,
  exitCode,
});
