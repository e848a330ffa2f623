// Reads the environment, for `azd up`. One geography from a few variables, or all of them from KEY_BACKUP_STAMPS (JSON).
using 'main.bicep'

import { listOf } from 'lists.bicep'

var oneStamp = [
  {
    geography: readEnvironmentVariable('KEY_BACKUP_GEOGRAPHY', 'Europe')
    region: readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
    schedule: readEnvironmentVariable('KEY_BACKUP_SCHEDULE', '0 0 2 * * *')
    vaultGroups: [
      {
        subscriptionId: readEnvironmentVariable(
          'KEY_BACKUP_VAULT_SUBSCRIPTION_ID',
          readEnvironmentVariable('AZURE_SUBSCRIPTION_ID', '')
        )
        resourceGroup: readEnvironmentVariable('KEY_BACKUP_VAULT_RESOURCE_GROUP', '')
        region: readEnvironmentVariable(
          'KEY_BACKUP_VAULT_REGION',
          readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
        )
        access: readEnvironmentVariable('KEY_BACKUP_VAULT_ACCESS', 'rbac')
        vaults: concat(
          map(listOf(readEnvironmentVariable('KEY_BACKUP_VAULT_NAMES', 'no-vault-named')), name => { name: name }),
          map(
            listOf(readEnvironmentVariable('KEY_BACKUP_TARGET_VAULT_NAMES', '')),
            name => { name: name, backup: false }
          )
        )
      }
    ]
  }
]
var manyStamps = json(readEnvironmentVariable('KEY_BACKUP_STAMPS', '[]'))
var clientId = readEnvironmentVariable('KEY_BACKUP_CLIENT_ID', '')

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'keybackup')
param stamps = empty(manyStamps) ? oneStamp : manyStamps
param keepDays = json(readEnvironmentVariable('KEY_BACKUP_KEEP_DAYS', '{"daily":35,"monthly":400,"yearly":2555}'))
param limitShare = readEnvironmentVariable('KEY_BACKUP_LIMIT_SHARE', '0.25')
param observedRegion = readEnvironmentVariable('KEY_BACKUP_OBSERVED_REGION', 'warn')
param extraRegions = json(readEnvironmentVariable('KEY_BACKUP_EXTRA_REGIONS', '{}'))
param signIn = empty(clientId)
  ? null
  : {
      clientId: clientId
      allowedClientIds: listOf(readEnvironmentVariable('KEY_BACKUP_ALLOWED_CLIENT_IDS', ''))
    }
param deployRestore = bool(readEnvironmentVariable('KEY_BACKUP_DEPLOY_RESTORE', 'false'))
param restoreRotationPolicy = bool(readEnvironmentVariable('KEY_BACKUP_RESTORE_ROTATION_POLICY', 'false'))
param restoreOperatorsGroupId = readEnvironmentVariable('KEY_BACKUP_RESTORE_OPERATORS_GROUP_ID', '')
param worm = readEnvironmentVariable('KEY_BACKUP_WORM', 'unlocked')
param network = readEnvironmentVariable('KEY_BACKUP_NETWORK', 'public')
param refreshDays = int(readEnvironmentVariable('KEY_BACKUP_REFRESH_DAYS', '0'))
param alertEmails = listOf(readEnvironmentVariable('KEY_BACKUP_ALERT_EMAILS', ''))
param alertActionGroupIds = listOf(readEnvironmentVariable('KEY_BACKUP_ALERT_ACTION_GROUP_IDS', ''))
param managementGroups = listOf(readEnvironmentVariable('KEY_BACKUP_MANAGEMENT_GROUPS', ''))
