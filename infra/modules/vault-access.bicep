// Who may do what with the keys: the program's identities, and the people who may restore.
targetScope = 'subscription'

import { roleIds, vaultGroup } from '../types.bicep'

param seed string
param vaultGroups vaultGroup[]
param roles roleIds
param backupPrincipalId string
param deployRestore bool
param restorePrincipalId string
param restoreOperatorsGroupId string
param restoreRotationPolicy bool

var groups = map(vaultGroups, g => {
  access: g.?access ?? 'rbac'
  subscriptionId: g.subscriptionId
  resourceGroup: g.resourceGroup
  all: map(g.vaults, v => v.name)
  backedUp: map(filter(g.vaults, v => v.?backup ?? true), v => v.name)
  restoredOnly: map(filter(g.vaults, v => !(v.?backup ?? true)), v => v.name)
})
var withRoles = filter(groups, g => g.access == 'rbac')
var withPolicies = filter(groups, g => g.access == 'accessPolicy')
var restorePermissions = concat(['get', 'list', 'restore'], restoreRotationPolicy ? ['setrotationpolicy'] : [])

module backup 'vault-roles.bicep' = [
  for (g, i) in withRoles: {
    scope: resourceGroup(g.subscriptionId, g.resourceGroup)
    name: 'vault-backup-${seed}-${i}'
    params: {
      vaultNames: g.backedUp
      roleId: roles.backup
      principalId: backupPrincipalId
      principalType: 'ServicePrincipal'
      seed: '${seed}-backup'
    }
  }
]

module restore 'vault-roles.bicep' = [
  for (g, i) in withRoles: if (deployRestore) {
    scope: resourceGroup(g.subscriptionId, g.resourceGroup)
    name: 'vault-restore-${seed}-${i}'
    params: {
      vaultNames: g.all
      roleId: roles.restore
      principalId: restorePrincipalId
      principalType: 'ServicePrincipal'
      seed: '${seed}-restore'
    }
  }
]

module operators 'vault-roles.bicep' = [
  for (g, i) in withRoles: if (!empty(restoreOperatorsGroupId)) {
    scope: resourceGroup(g.subscriptionId, g.resourceGroup)
    name: 'vault-operators-${seed}-${i}'
    params: {
      vaultNames: g.all
      roleId: roles.restore
      principalId: restoreOperatorsGroupId
      principalType: 'Group'
      seed: '${seed}-operators'
    }
  }
]

var tenantId = tenant().tenantId
// No loops: a prediction of the deployment then shows who gets what.
var backupPolicies = [
  {
    tenantId: tenantId
    objectId: backupPrincipalId
    permissions: { keys: ['get', 'list', 'backup', 'getrotationpolicy'] }
  }
]
var restorePolicies = concat(
  deployRestore ? [{ tenantId: tenantId, objectId: restorePrincipalId, permissions: { keys: restorePermissions } }] : [],
  empty(restoreOperatorsGroupId)
    ? []
    : [{ tenantId: tenantId, objectId: restoreOperatorsGroupId, permissions: { keys: restorePermissions } }]
)

// The two name different vaults: a vault's access policies are written once.
module policies 'vault-policies.bicep' = [
  for (g, i) in withPolicies: {
    scope: resourceGroup(g.subscriptionId, g.resourceGroup)
    name: 'vault-policies-${seed}-${i}'
    params: { vaultNames: g.backedUp, accessPolicies: concat(backupPolicies, restorePolicies) }
  }
]

module policiesOfTargets 'vault-policies.bicep' = [
  for (g, i) in withPolicies: if (deployRestore || !empty(restoreOperatorsGroupId)) {
    scope: resourceGroup(g.subscriptionId, g.resourceGroup)
    name: 'vault-restore-policies-${seed}-${i}'
    params: { vaultNames: g.restoredOnly, accessPolicies: restorePolicies }
  }
]
