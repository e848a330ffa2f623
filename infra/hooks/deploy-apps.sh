#!/usr/bin/env bash
# Brings build/key-vault-backup.zip to every app that a deployment made. Run by azd, or by hand with the name of an
# `az deployment sub` deployment. A fresh identity needs minutes until it may write the package: hence the tries.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=build/key-vault-backup.zip
[ -f "$package" ] || { echo "deploy-apps: $package is missing; run: npm run package" >&2; exit 1; }

if [ $# -eq 1 ]; then
  # The service changes the case of output names.
  apps="$(az deployment sub show --name "$1" --query properties.outputs --output json |
    node -e 'const o = JSON.parse(require("node:fs").readFileSync(0, "utf8")); console.log(JSON.stringify(Object.entries(o).find(([k]) => k.toUpperCase() === "KEY_BACKUP_APPS")[1].value))')"
else
  apps="${KEY_BACKUP_APPS:?deploy-apps: run by azd, or give the name of a deployment}"
fi

printf '%s' "$apps" |
  node -e 'for (const a of JSON.parse(require("node:fs").readFileSync(0, "utf8")).flat()) console.log(a.resourceGroup, a.name)' |
  while read -r group name; do
    for try in 1 2 3 4 5 6; do
      echo "deploy-apps: $name (try $try)"
      if az functionapp deployment source config-zip --resource-group "$group" --name "$name" --src "$package" --build-remote false </dev/null; then
        continue 2
      fi
      sleep 60
    done
    echo "deploy-apps: $name could not be deployed" >&2
    exit 1
  done
