import { registerHttp } from "./http.ts";
import { registerQueues } from "./queues.ts";
import { registerTimers } from "./timers.ts";

registerHttp();
registerQueues();
registerTimers();
