import { rmSync } from "node:fs";
import type { KeySeed } from "../../../local/key-vault-emulator/config.ts";
import { predict, type Prediction, type Resource } from "../bicep.ts";
import { BicepServer } from "../bicep-server.ts";
import type { RunningApp } from "../rehearsal/app.ts";
import { openCloud, type Cloud } from "../rehearsal/cloud.ts";
import { readDeployed } from "../rehearsal/deployed.ts";
import { unpack } from "../rehearsal/package.ts";
import { resolve } from "../rehearsal/resolve.ts";
import { openEntra, type Entra } from "./entra.ts";

/** An Azure subscription for one walk: empty until something is deployed. */
export interface Azure {
  /** Deploys a template with a parameter file, which sees `env`. Deployed again, only what guards the stores may differ. */
  deploy(name: string, parameterFile: string, env: Readonly<Record<string, string>>): Promise<void>;
  /** The outputs of a deployment. @throws when there is none of that name. */
  outputs(name: string): Readonly<Record<string, unknown>>;
  /** @throws before the first deployment. */
  cloud(): Cloud;
  /** Brings a package to an app, which then starts. The first time the rights have not arrived yet, and it is refused. */
  bring(app: string, zip: string): Promise<"refused" | "deployed">;
  running(app: string): RunningApp;
  /** What was deployed and not deleted since. */
  resources(): readonly Resource[];
  /** Deletes what fits. @throws when nothing does. */
  remove(what: (resource: Resource) => boolean): void;
  /** Immutability policies by the resource id of their container. */
  readonly policies: Map<string, { readonly state: "Unlocked" | "Locked"; readonly days: number }>;
  readonly entra: Entra;
  /** The file that a reader makes, `my.bicepparam`: at first the sample that the page says to start from. */
  ownParameters: string;
  close(): Promise<void>;
}

export function openAzure(keys: (vault: string) => readonly KeySeed[]): Azure {
  const policies: Azure["policies"] = new Map();
  const deployments = new Map<string, Prediction["outputs"]>();
  const running = new Map<string, RunningApp>();
  const tried = new Set<string>();
  const unpacked: string[] = [];
  let opened: Cloud | undefined;
  let live: readonly Resource[] = [];
  const cloud = (): Cloud => {
    if (opened === undefined) throw new Error("nothing is deployed yet");
    return opened;
  };
  return {
    cloud,
    resources: () => live,
    remove(what) {
      const left = live.filter((resource) => !what(resource));
      if (left.length === live.length) throw new Error("there is nothing like that");
      live = left;
    },
    policies,
    entra: openEntra(),
    ownParameters: "infra/samples/small.bicepparam",
    async deploy(name, parameterFile, env) {
      const bicep = new BicepServer(env);
      try {
        const { predictedResources, outputs } = await predict(bicep, parameterFile);
        deployments.set(name, outputs);
        live = predictedResources;
        for (const { id, type, properties } of predictedResources) {
          const [policyOf] =
            /^.*(?=\/immutabilityPolicies\/)/.exec(type.endsWith("/immutabilityPolicies") ? id : "") ?? [];
          const days: unknown = properties?.immutabilityPeriodSinceCreationInDays;
          if (policyOf !== undefined && !policies.has(policyOf))
            policies.set(policyOf, { state: "Unlocked", days: Number(days) });
        }
        const { apps } = readDeployed(predictedResources);
        if (opened === undefined) opened = await openCloud(predictedResources, keys);
        else if (JSON.stringify(apps) !== JSON.stringify(opened.deployed.apps))
          throw new Error("other apps or settings: not played");
      } finally {
        bicep.stop();
      }
    },
    outputs(name) {
      const outputs = deployments.get(name);
      if (outputs === undefined) throw new Error(`there is no deployment ${name}`);
      return Object.fromEntries(Object.entries(outputs).map(([key, output]) => [key, resolveDeep(valueOf(output))]));
    },
    async bring(name, zip) {
      const app = cloud().deployed.apps.find((one) => one.name === name);
      if (app === undefined) throw new Error(`there is no app ${name}`);
      if (!tried.has(name)) {
        tried.add(name);
        return "refused";
      }
      const folder = unpack(zip);
      unpacked.push(folder);
      await running.get(name)?.stop();
      running.set(name, await cloud().start(app, folder));
      return "deployed";
    },
    running(name) {
      const app = running.get(name);
      if (app === undefined) throw new Error(`${name} has no package`);
      return app;
    },
    async close() {
      await opened?.close();
      for (const folder of unpacked) rmSync(folder, { recursive: true });
    },
  };
}

const valueOf = (output: unknown): unknown =>
  typeof output === "object" && output !== null && "value" in output ? output.value : output;

function resolveDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolveDeep);
  if (typeof value !== "object" || value === null) return resolve(value);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolveDeep(member)]));
}
