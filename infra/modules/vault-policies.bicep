// For vaults with access policies. One write per vault for all principals, since two at once would lose one.
param vaultNames string[]
param accessPolicies { tenantId: string, objectId: string, permissions: { keys: string[] } }[]

resource vaults 'Microsoft.KeyVault/vaults@2026-02-01' existing = [
  for name in vaultNames: {
    name: name
  }
]

resource policies 'Microsoft.KeyVault/vaults/accessPolicies@2026-02-01' = [
  for (name, i) in vaultNames: {
    parent: vaults[i]
    // `add` merges with what is there; `replace` would take away the access of others.
    name: 'add'
    properties: { accessPolicies: accessPolicies }
  }
]
