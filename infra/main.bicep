// Nightly backups of Key Vault keys: one stamp per geography. Deploy with `azd up` or `az deployment sub create`; see docs/deploy.md.
targetScope = 'subscription'

import {
  appOptions
  daysPerTier
  deployedApp
  geographyStamp
  optionalDaysPerTier
  signInOptions
  stampOptions
  wormMode
} from 'types.bicep'
import { problemsOf } from 'guards/all.bicep'
import { regionName } from 'guards/geography.bicep'
import { tiersOf } from 'guards/retention.bicep'
import { groupNameOf, roleIdsOf, storeIdOf, vaultHostOf } from 'names.bicep'

@description('Short name of this environment, of letters, digits and hyphens; part of the names of what is made.')
@minLength(2)
@maxLength(12)
param environmentName string

@description('One entry per geography.')
@minLength(1)
param stamps geographyStamp[]

@description('Days that recovery points are kept, per tier.')
param keepDays daysPerTier = { daily: 35, monthly: 400, yearly: 2555 }

@description('Days that backups are kept, where the minimum that follows from keepDays is not enough.')
param blobKeepDays optionalDaysPerTier = {}

@description('Back up an unchanged key again after this many days; 0: every night.')
@minValue(0)
param refreshDays int = 0

@description('Share of the request limit of a vault that a run may use, 0 to 1.')
param limitShare string = '0.25'

@description('What to do about a vault that answers from another region of the geography, or does not say from where.')
param observedRegion 'warn' | 'require' = 'warn'

@description('Regions newer than src/geography/regions.json, with their geography.')
param extraRegions { *: string } = {}

@description('Deploys the restore app. It needs signIn.')
param deployRestore bool = false

@description('Lets restores put back rotation policies.')
param restoreRotationPolicy bool = false

@description('Object id of a group whose members may restore from the command line; meant for time-limited membership.')
param restoreOperatorsGroupId string = ''

@description('Sign-in with Entra. Absent: function keys.')
param signIn signInOptions?

@description('Immutability of the containers.')
param worm wormMode = 'unlocked'

@description('`private` puts the apps into a virtual network and closes the public endpoints of all storage.')
param network 'public' | 'private' = 'public'

@description('Puts a delete lock on each store that is made.')
param deleteLock bool = true

@description('Sends the audit log of each vault to the workspace of its stamp.')
param vaultDiagnostics bool = true

@description('E-mail addresses that are told about alerts. At least one, unless alertActionGroupIds has one.')
param alertEmails string[] = []

@description('Resource ids of existing action groups to tell as well, for instance of a pager.')
param alertActionGroupIds string[] = []

@description('Names of the management groups above the subscriptions: rights given there are watched too. See docs/deploy.md.')
param managementGroups string[] = []

@description('A vault without a good run for so long is late: a day, and time for retries.')
@minValue(25)
@maxValue(47)
param lateAfterHours int = 30

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionInDays int = 90

@description('Memory of an app instance.')
param instanceMemoryInMB 512 | 2048 | 4096 = 2048

param tags { *: string } = {}

var problems = problemsOf({
  environmentName: environmentName
  stamps: stamps
  keepDays: keepDays
  blobKeepDays: blobKeepDays
  refreshDays: refreshDays
  extraRegions: extraRegions
  deployRestore: deployRestore
  signIn: signIn
  alertEmails: alertEmails
  alertActionGroupIds: alertActionGroupIds
  managementGroups: managementGroups
})
// Everything below is made from this, so the checks can't be left out.
var checkedStamps geographyStamp[] = empty(problems) ? stamps : fail(join(problems, '\n'))

var tiers = tiersOf(keepDays, blobKeepDays, refreshDays)
var app appOptions = {
  keepDays: keepDays
  refreshDays: refreshDays
  limitShare: limitShare
  observedRegion: observedRegion
  extraRegions: extraRegions
  signIn: signIn
}
var options stampOptions = {
  environmentName: environmentName
  tags: tags
  app: app
  tiers: tiers
  // As long as the longest tier: a record of who restored what from a backup that is still there.
  restoreRecordDays: max(map(tiers, t => t.manifestDays))
  worm: worm
  private: network == 'private'
  deleteLock: deleteLock
  deployRestore: deployRestore
  restoreRotationPolicy: restoreRotationPolicy
  restoreOperatorsGroupId: restoreOperatorsGroupId
  vaultDiagnostics: vaultDiagnostics
  alertEmails: alertEmails
  alertActionGroupIds: alertActionGroupIds
  lateAfterHours: lateAfterHours
  logRetentionInDays: logRetentionInDays
  instanceMemoryInMB: instanceMemoryInMB
}
var roleDefinitionNames = roleIdsOf(subscription().subscriptionId, environmentName)
var storeIds = map(checkedStamps, s => storeIdOf(subscription().subscriptionId, environmentName, s))
var madeStoreIds = map(
  filter(checkedStamps, s => empty(s.?store.?existingStoreId)),
  s => storeIdOf(subscription().subscriptionId, environmentName, s)
)
var vaultSubscriptions = flatten(map(checkedStamps, s => map(s.vaultGroups, g => toLower(g.subscriptionId))))
var storeSubscriptions = map(storeIds, id => toLower(split(id, '/')[2]))
var subscriptions = union([subscription().subscriptionId], storeSubscriptions, vaultSubscriptions)
var vaults = flatten(map(checkedStamps, s => flatten(map(s.vaultGroups, g => g.vaults))))

module roles 'modules/roles.bicep' = {
  params: {
    environmentName: environmentName
    roleNames: roleDefinitionNames
    assignableSubscriptionIds: subscriptions
    restoreRotationPolicy: restoreRotationPolicy
  }
}

module stampsMade 'modules/stamp.bicep' = [
  for s in checkedStamps: {
    name: 'stamp-${environmentName}-${regionName(s.region)}'
    params: { stamp: s, options: options, roles: roleDefinitionNames }
    dependsOn: [roles]
  }
]

// The activity log of a subscription goes to the first stamp only: a subscription can send it to few places.
module activity 'modules/activity-export.bicep' = [
  for id in subscriptions: {
    name: 'activity-${environmentName}-${id}'
    scope: subscription(id)
    params: { name: 'key-backup-${environmentName}', workspaceId: stampsMade[0].outputs.workspaceId }
  }
]

module activityAlerts 'modules/activity-alerts.bicep' = {
  scope: resourceGroup(groupNameOf(environmentName, checkedStamps[0]))
  params: {
    namePrefix: environmentName
    location: regionName(checkedStamps[0].region)
    tags: tags
    storeIds: storeIds
    managementGroups: managementGroups
    roleDefinitionNames: map(items(roleDefinitionNames), r => r.value)
    vaultNames: map(vaults, v => v.name)
    workspaceId: stampsMade[0].outputs.workspaceId
    actionGroupIds: stampsMade[0].outputs.actionGroupIds
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: resourceGroup(groupNameOf(environmentName, checkedStamps[0]))
  params: {
    location: regionName(checkedStamps[0].region)
    tags: tags
    environmentName: environmentName
    workspaceIds: [for (s, i) in checkedStamps: stampsMade[i].outputs.workspaceId]
    vaultHosts: map(filter(vaults, v => v.?backup ?? true), v => vaultHostOf(v))
  }
}

@description('The apps, for infra/hooks/deploy-apps.mjs.')
output KEY_BACKUP_APPS deployedApp[][] = [
  for (s, i) in checkedStamps: map(stampsMade[i].outputs.apps, a => union(a, { geography: s.geography }))
]

@description('The stores, for infra/hooks/lock-worm.mjs.')
output KEY_BACKUP_STORE_IDS string[] = storeIds

@description('The stores that this deployment made, if they are to be locked, for the hooks: a template can not lock.')
output KEY_BACKUP_STORES_TO_LOCK string[] = worm == 'locked' ? madeStoreIds : []

@description('Where the activity logs go, for infra/management-group.bicep.')
output KEY_BACKUP_WORKSPACE_ID string = stampsMade[0].outputs.workspaceId

output KEY_BACKUP_WORKBOOK_ID string = workbook.outputs.id
