// Everything of one geography: app, store, identity, logs. What is backed up here never leaves it, not even in memory.
targetScope = 'subscription'

import { geographyStamp, roleIds, stampOptions } from '../types.bicep'
import { regionName } from '../guards/geography.bicep'
import { blobUrlOf, groupNameOf, storeGroupNameOf, storeIdOf, tokenOf, vaultHostOf } from '../names.bicep'
import { replicationOf, storeRegionOf } from '../guards/stamp.bicep'
import { settingsOf } from '../settings.bicep'

param stamp geographyStamp
param options stampOptions
param roles roleIds

var environmentName = options.environmentName
var token = tokenOf(subscription().id, environmentName, stamp.geography)
var region = regionName(stamp.region)
var namePrefix = '${environmentName}-${region}'
var storeId = storeIdOf(subscription().subscriptionId, environmentName, stamp)
var storeParts = split(storeId, '/')
var storeUrl = blobUrlOf(last(storeParts))
var makesStore = empty(stamp.?store.?existingStoreId)
var tags = union(options.tags, { 'key-backup-environment': environmentName, 'key-backup-geography': stamp.geography })
var backedUp = flatten(map(stamp.vaultGroups, g => filter(g.vaults, v => v.?backup ?? true)))
var apps = concat(['backup'], options.deployRestore ? ['restore'] : [])

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: groupNameOf(environmentName, stamp)
  location: region
  tags: tags
}

resource storeGroup 'Microsoft.Resources/resourceGroups@2025-04-01' = if (makesStore) {
  name: storeGroupNameOf(environmentName, stamp)
  location: storeRegionOf(stamp)
  tags: tags
}

module store 'backup-store.bicep' = if (makesStore) {
  scope: storeGroup
  params: {
    name: last(storeParts)
    location: storeRegionOf(stamp)
    tags: tags
    replication: replicationOf(stamp)
    tiers: options.tiers
    restoreRecordDays: options.restoreRecordDays
    worm: options.worm
    private: options.private
    deleteLock: options.deleteLock
  }
}

module monitoring 'monitoring.bicep' = {
  scope: group
  params: { namePrefix: namePrefix, location: region, tags: tags, retentionInDays: options.logRetentionInDays }
}

module identities 'identity.bicep' = [
  for role in apps: {
    scope: group
    name: 'identity-${role}'
    params: { name: 'id-${namePrefix}-${role}', location: region, tags: tags }
  }
]

module network 'network.bicep' = if (options.private) {
  scope: group
  params: {
    namePrefix: namePrefix
    location: region
    tags: tags
    addressPrefix: stamp.?addressPrefix ?? '10.20.0.0/24'
  }
}

module storeEndpoint 'private-endpoint.bicep' = if (options.private) {
  scope: group
  params: {
    name: 'pep-${last(storeParts)}'
    location: region
    tags: tags
    targetId: storeId
    groupId: 'blob'
    subnetId: network!.outputs.endpointSubnetId
    zoneId: network!.outputs.zoneIds.blob
  }
  dependsOn: [storeRegion]
}

module vaultEndpoints 'vault-endpoints.bicep' = if (options.private) {
  scope: group
  params: {
    location: region
    tags: tags
    vaultGroups: stamp.vaultGroups
    subnetId: network!.outputs.endpointSubnetId
    zoneId: network!.outputs.zoneIds.vault
  }
  dependsOn: [vaultRegions]
}

module storeRegion 'store-region.bicep' = {
  scope: resourceGroup(storeParts[2], storeParts[4])
  name: 'store-region-${namePrefix}'
  params: {
    storeName: last(storeParts)
    region: storeRegionOf(stamp)
    replication: replicationOf(stamp)
  }
  dependsOn: [store]
}

// Before any access is given, whatever the vaults' kind of access.
module vaultRegions 'vault-regions.bicep' = [
  for (g, i) in stamp.vaultGroups: {
    scope: resourceGroup(g.subscriptionId, g.resourceGroup)
    name: 'vault-regions-${namePrefix}-${i}'
    params: { vaultNames: map(g.vaults, v => v.name), region: g.region }
  }
]

module storeAccess 'store-access.bicep' = {
  scope: resourceGroup(storeParts[2], storeParts[4])
  params: {
    storeName: last(storeParts)
    tiers: options.tiers
    roles: roles
    backupPrincipalId: identities[0].outputs.principalId
    deployRestore: options.deployRestore
    restorePrincipalId: options.deployRestore ? identities[1].outputs.principalId : ''
    restoreOperatorsGroupId: options.restoreOperatorsGroupId
    diagnosticsName: namePrefix
    workspaceId: monitoring.outputs.workspaceId
  }
  dependsOn: [storeRegion, vaultRegions]
}

module vaultAccess 'vault-access.bicep' = {
  params: {
    seed: namePrefix
    vaultGroups: stamp.vaultGroups
    roles: roles
    backupPrincipalId: identities[0].outputs.principalId
    deployRestore: options.deployRestore
    restorePrincipalId: options.deployRestore ? identities[1].outputs.principalId : ''
    restoreOperatorsGroupId: options.restoreOperatorsGroupId
    restoreRotationPolicy: options.restoreRotationPolicy
  }
  dependsOn: [storeRegion, vaultRegions]
}

module vaultLogs 'vault-diagnostics.bicep' = [
  for (g, i) in options.vaultDiagnostics ? stamp.vaultGroups : []: {
    scope: resourceGroup(g.subscriptionId, g.resourceGroup)
    name: 'vault-logs-${namePrefix}-${i}'
    params: { vaultNames: map(g.vaults, v => v.name), name: namePrefix, workspaceId: monitoring.outputs.workspaceId }
    dependsOn: [vaultRegions]
  }
]

module functionApps 'function-app.bicep' = [
  for (role, i) in apps: {
    scope: group
    name: 'app-${role}'
    params: {
      name: 'func-${namePrefix}-${role}-${take(token, 5)}'
      location: region
      tags: tags
      role: role
      identity: {
        id: identities[i].outputs.id
        clientId: identities[i].outputs.clientId
        principalId: identities[i].outputs.principalId
      }
      hostStorageName: 'kvb${take(role, 3)}${token}'
      private: options.private
      network: options.private
        ? {
            appSubnetId: role == 'backup' ? network!.outputs.backupSubnetId : network!.outputs.restoreSubnetId
            endpointSubnetId: network!.outputs.endpointSubnetId
            zoneIds: network!.outputs.zoneIds
          }
        : null
      insightsName: 'appi-${namePrefix}'
      insightsConnectionString: monitoring.outputs.connectionString
      entra: options.app.?signIn
      settings: settingsOf(stamp, role, storeUrl, options.app)
      instanceMemoryInMB: options.instanceMemoryInMB
    }
    dependsOn: [storeAccess, vaultRegions]
  }
]

module actions 'action-group.bicep' = if (!empty(options.alertEmails)) {
  scope: group
  params: { name: 'ag-${namePrefix}', tags: tags, emails: options.alertEmails }
}

var actionGroupIds = concat(empty(options.alertEmails) ? [] : [actions!.outputs.id], options.alertActionGroupIds)

module alerts 'stamp-alerts.bicep' = {
  scope: group
  params: {
    namePrefix: namePrefix
    location: region
    tags: tags
    geography: stamp.geography
    vaultHosts: map(backedUp, v => vaultHostOf(v))
    storeName: last(storeParts)
    backupPrincipalId: identities[0].outputs.principalId
    restorePrincipalId: options.deployRestore ? identities[1].outputs.principalId : ''
    lateAfterHours: options.lateAfterHours
    workspaceId: monitoring.outputs.workspaceId
    actionGroupIds: actionGroupIds
  }
}

output workspaceId string = monitoring.outputs.workspaceId
output actionGroupIds string[] = actionGroupIds
output principalIds string[] = [for (role, i) in apps: identities[i].outputs.principalId]
output apps { role: string, resourceGroup: string, name: string, url: string }[] = [
  for (role, i) in apps: {
    role: role
    resourceGroup: group.name
    name: functionApps[i].outputs.name
    url: functionApps[i].outputs.url
  }
]
