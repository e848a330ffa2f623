// Custom roles: no built-in role is narrow enough. Assignable in every subscription that holds a vault or a store.
targetScope = 'subscription'

import { roleIds } from '../types.bicep'

param environmentName string

@description('The names (GUIDs) that the definitions get.')
param roleNames roleIds
param assignableSubscriptionIds string[]

@description('Lets the restore role put back a rotation policy.')
param restoreRotationPolicy bool

// Role names are unique in a tenant; two environments need two sets.
var suffix = '${environmentName} ${take(uniqueString(subscription().id, environmentName), 5)}'
var assignableScopes = map(assignableSubscriptionIds, id => '/subscriptions/${id}')
var roles = [
  {
    id: roleNames.backup
    name: 'Key Backup Operator'
    description: 'Lists keys and takes protected backups. Can not restore, create, delete, sign or decrypt.'
    dataActions: [
      'Microsoft.KeyVault/vaults/keys/read'
      'Microsoft.KeyVault/vaults/keys/backup/action'
      'Microsoft.KeyVault/vaults/keyrotationpolicies/read'
    ]
  }
  {
    id: roleNames.restore
    name: 'Key Restore Operator'
    description: 'Lists keys and restores protected backups. Can not back up, create, delete, recover, purge, sign or decrypt.'
    dataActions: concat(
      ['Microsoft.KeyVault/vaults/keys/read', 'Microsoft.KeyVault/vaults/keys/restore/action'],
      restoreRotationPolicy ? ['Microsoft.KeyVault/vaults/keyrotationpolicies/write'] : []
    )
  }
  {
    id: roleNames.blobCreator
    name: 'Key Backup Blob Creator'
    description: 'Reads blobs and creates new ones. Can not overwrite or delete: that would need blobs/write or blobs/delete.'
    dataActions: [
      'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action'
      'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'
    ]
  }
  {
    id: roleNames.blobReader
    name: 'Key Backup Blob Reader'
    description: 'Reads blobs.'
    dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read']
  }
]

resource definitions 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [
  for role in roles: {
    name: role.id
    properties: {
      roleName: '${role.name} (${suffix})'
      description: role.description
      type: 'CustomRole'
      assignableScopes: assignableScopes
      permissions: [{ actions: [], notActions: [], dataActions: role.dataActions, notDataActions: [] }]
    }
  }
]
