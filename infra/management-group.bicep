// Sends the activity log of a management group to the workspace of the first stamp: what is assigned there is inherited by
// the vaults and stores below, and is in no subscription's log. For who owns the management group; see docs/deploy.md.
targetScope = 'managementGroup'

@description('Short name of the environment, as in main.bicep.')
@minLength(2)
@maxLength(12)
param environmentName string

@description('The output KEY_BACKUP_WORKSPACE_ID of main.bicep.')
param workspaceId string

resource export 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'key-backup-${environmentName}'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'Administrative', enabled: true }]
  }
}
