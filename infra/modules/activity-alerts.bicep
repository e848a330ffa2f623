// Alerts on the control plane of all subscriptions that hold a vault or a store.
param namePrefix string
param location string
param tags { *: string }
param storeIds string[]

@description('Names of the management groups whose activity logs infra/management-group.bicep sends here.')
param managementGroups string[]
param roleDefinitionNames string[]
param vaultNames string[]
param workspaceId string
param actionGroupIds string[]

var ids = map(storeIds, id => toLower(id))
var scopesAbove = union(
  map(ids, id => join(take(split(id, '/'), 3), '/')),
  map(ids, id => join(take(split(id, '/'), 5), '/')),
  map(managementGroups, name => toLower('/providers/Microsoft.Management/managementGroups/${name}'))
)
var words = [
  { key: '__STORE_NAMES__', value: string(map(ids, id => last(split(id, '/')))) }
  { key: '__SCOPES_ABOVE__', value: string(scopesAbove) }
  { key: '__ROLE_IDS__', value: string(roleDefinitionNames) }
  { key: '__VAULT_NAMES__', value: string(map(vaultNames, name => toLower(name))) }
]
var rules = [
  {
    id: 'guard-changed'
    displayName: 'What guards the key backups was changed'
    description: 'Lifecycle, immutability, locks, rights, diagnostics or the account itself.'
    severity: 1
    query: loadTextContent('../queries/guard-changed.kql')
  }
  {
    id: 'new-vault'
    displayName: 'A vault that is not backed up'
    description: 'A vault was created or changed in a watched subscription that no parameter names.'
    severity: 3
    query: loadTextContent('../queries/new-vault.kql')
  }
]

module alerts 'alert-rule.bicep' = [
  for rule in rules: {
    name: 'alert-${rule.id}'
    params: {
      name: '${namePrefix}-${rule.id}'
      location: location
      tags: tags
      displayName: rule.displayName
      explanation: rule.description
      severity: rule.severity
      kind: 'event'
      query: reduce(words, rule.query, (query, word) => replace(query, word.key, word.value))
      workspaceId: workspaceId
      actionGroupIds: actionGroupIds
    }
  }
]
