// One role on every vault of a group, for one principal.
param vaultNames string[]
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
      description: 'Key Vault Backup (${seed})'
    }
  }
]
