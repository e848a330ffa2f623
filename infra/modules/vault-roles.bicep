// One role on every vault of a group, for one principal.
import { regionName } from '../guards/geography.bicep'

param vaultNames string[]

@description('Region that the vaults are said to be in.')
param region string
param roleId string
param principalId string
param principalType 'ServicePrincipal' | 'Group'

@description('Makes the names of the assignments, which must not depend on an id that a deployment brings forth.')
param seed string

resource vaults 'Microsoft.KeyVault/vaults@2026-02-01' existing = [
  for name in vaultNames: {
    name: name
  }
]

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in vaultNames: {
    name: guid(vaults[i].id, seed, roleId)
    scope: vaults[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
      principalId: principalId
      principalType: principalType
      // Evaluated by the deployment, before access is given: the vault must be where the parameters say.
      description: regionName(vaults[i].location) == regionName(region)
        ? 'Key Vault Backup'
        : fail('vaultGroups: ${name} is in ${vaults[i].location}, not in ${region} as the parameters say.')
    }
  }
]
