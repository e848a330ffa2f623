import { userInfo } from "node:os";

/** As this machine names who is signed in to it; in a container there may be no name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "command line";
  }
}
