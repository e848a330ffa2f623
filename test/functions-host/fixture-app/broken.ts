import { app } from "@azure/functions";

// Ends before its first registration, as a bundle does that can't load one of its parts.
throw new Error(`planned failure while loading: app is ${typeof app}`);
