// A store by itself, for a subscription of its own: its resource id is the existingStoreId of a stamp. See docs/deploy.md.
targetScope = 'subscription'

import { daysPerTier, optionalDaysPerTier, replicationKind, wormMode } from 'types.bicep'
import { geographyOf, pairStays, regionName, regionProblems, replicationProblems } from 'guards/geography.bicep'
import { retentionProblems, tiersOf } from 'guards/retention.bicep'

param resourceGroupName string

@description('Azure geography, as in src/geography/regions.json.')
param geography string
param region string

@minLength(3)
@maxLength(24)
param storeName string

@description('Default: GZRS where the paired region stays in the geography, else ZRS.')
param replication replicationKind = pairStays(region) ? 'GZRS' : 'ZRS'
param keepDays daysPerTier = { daily: 35, monthly: 400, yearly: 2555 }
param blobKeepDays optionalDaysPerTier = {}

@description('As in the stamp that will use the store.')
param refreshDays int = 0
param worm wormMode = 'unlocked'
param network 'public' | 'private' = 'public'
param deleteLock bool = true
param extraRegions { *: string } = {}
param tags { *: string } = {}

var problems = concat(
  regionProblems('region', region, geography, extraRegions),
  replicationProblems('replication', region, replication),
  retentionProblems(keepDays, blobKeepDays, refreshDays)
)
var checkedRegion = empty(problems) ? regionName(region) : fail(join(problems, '\n'))
var tiers = tiersOf(keepDays, blobKeepDays, refreshDays)

var allTags = union(tags, { 'key-backup-geography': geographyOf(region, extraRegions) })

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: checkedRegion
  tags: allTags
}

module store 'modules/backup-store.bicep' = {
  scope: group
  params: {
    name: storeName
    location: checkedRegion
    tags: allTags
    replication: replication
    tiers: tiers
    restoreRecordDays: max(map(tiers, t => t.manifestDays))
    worm: worm
    private: network == 'private'
    deleteLock: deleteLock
  }
}

output storeId string = store.outputs.id

@description('The store, if it is to be locked: a template can not lock, infra/hooks/lock-worm.mjs does.')
output KEY_BACKUP_STORES_TO_LOCK string[] = worm == 'locked' ? [store.outputs.id] : []
