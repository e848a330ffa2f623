// Sends the audit log of each vault to the workspace of the stamp, into the AZKVAuditLogs table.
param vaultNames string[]
param name string
param workspaceId string

resource vaults 'Microsoft.KeyVault/vaults@2026-02-01' existing = [
  for vaultName in vaultNames: {
    name: vaultName
  }
]

resource settings 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = [
  for (vaultName, i) in vaultNames: {
    name: name
    scope: vaults[i]
    properties: {
      workspaceId: workspaceId
      logAnalyticsDestinationType: 'Dedicated'
      logs: [{ categoryGroup: 'audit', enabled: true }]
    }
  }
]
