#!/usr/bin/env bash
# Locks the immutability policies of a store, for ever: a locked period can be made longer, never shorter, and the
# account can't be deleted while a blob is in it. Usage: lock-worm.sh STORE_RESOURCE_ID --yes-lock-forever
set -euo pipefail
store="${1:?usage: lock-worm.sh STORE_RESOURCE_ID --yes-lock-forever}"
[ "${2:-}" = --yes-lock-forever ] || { echo "lock-worm: not locked; add --yes-lock-forever if you mean it" >&2; exit 2; }
name="${store##*/}"
group="$(printf '%s' "$store" | cut -d/ -f5)"
subscription="$(printf '%s' "$store" | cut -d/ -f3)"
at=(--account-name "$name" --resource-group "$group" --subscription "$subscription")

for container in daily monthly yearly restores; do
  etag="$(az storage container immutability-policy show "${at[@]}" --container-name "$container" --query etag --output tsv || true)"
  [ -n "$etag" ] || { echo "lock-worm: $container has no policy, left as it is"; continue; }
  az storage container immutability-policy lock "${at[@]}" --container-name "$container" --if-match "$etag" --output none
  echo "lock-worm: $container is locked"
done
