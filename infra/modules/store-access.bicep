// Who may do what in the store: nobody more than create. Also sends the store's log to the workspace of the stamp.
import { roleIds, tierRetention } from '../types.bicep'

param storeName string
param tiers tierRetention[]
param roles roleIds
param backupPrincipalId string
param deployRestore bool
param restorePrincipalId string
param restoreOperatorsGroupId string
param diagnosticsName string
param workspaceId string

var tierNames = map(tiers, t => t.name)
var readers = concat(
  !deployRestore ? [] : [{ id: restorePrincipalId, type: 'ServicePrincipal', name: 'restore' }],
  empty(restoreOperatorsGroupId) ? [] : [{ id: restoreOperatorsGroupId, type: 'Group', name: 'operators' }]
)
var grants = flatten([
  map(tierNames, tier => {
    container: tier
    role: roles.blobCreator
    principal: { id: backupPrincipalId, type: 'ServicePrincipal', name: 'backup' }
  })
  flatten(map(readers, reader => map(tierNames, tier => { container: tier, role: roles.blobReader, principal: reader })))
  map(readers, reader => { container: 'restores', role: roles.blobCreator, principal: reader })
])

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storeName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = [
  for grant in grants: {
    parent: account::blobs
    name: grant.container
  }
]

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, i) in grants: {
    name: guid(containers[i].id, grant.principal.name, diagnosticsName, grant.role)
    scope: containers[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
      principalId: grant.principal.id
      principalType: grant.principal.type
      description: 'Key Vault Backup (${grant.principal.name})'
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: diagnosticsName
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

output blobUrl string = account.properties.primaryEndpoints.blob
