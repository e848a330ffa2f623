// Compares where Azure says the vaults of a group are with where the parameters say so, however the vaults grant access.
// Whatever gives access to a vault, or makes an app for it, waits for this.
import { regionName } from '../guards/geography.bicep'

param vaultNames string[]

@description('Region that the vaults are said to be in.')
param region string

resource vaults 'Microsoft.KeyVault/vaults@2026-02-01' existing = [
  for name in vaultNames: {
    name: name
  }
]

@description('Evaluated by the deployment, which ends with the message where a vault is elsewhere.')
output compared string[] = [
  for (name, i) in vaultNames: regionName(vaults[i].location) == regionName(region)
    ? name
    : fail('vaultGroups: ${name} is in ${vaults[i].location}, not in ${region} as the parameters say.')
]
