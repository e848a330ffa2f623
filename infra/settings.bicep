// The program's settings (docs/configuration.md), made from the typed parameters.
import { appOptions, geographyStamp, vaultGroup } from 'types.bicep'
import { regionName } from 'guards/geography.bicep'
import { replicationOf, scheduleOf, storeRegionOf } from 'guards/stamp.bicep'

// The name alone where there is nothing else to say: a thousand vaults must fit into one setting.
func groupSetting(g vaultGroup) string =>
  string({
    subscriptionId: g.subscriptionId
    resourceGroup: g.resourceGroup
    region: regionName(g.region)
    vaults: map(g.vaults, v => length(items(v)) == 1 ? v.name : v)
  })

@export()
@description('The settings of one app. Those that a deployment brings forth (identity, storage, telemetry) are added by function-app.bicep.')
func settingsOf(s geographyStamp, role 'backup' | 'restore', storeUrl string, options appOptions) { *: string } => {
  KEY_BACKUP_VAULTS: '[${join(map(s.vaultGroups, g => groupSetting(g)), ',')}]'
  KEY_BACKUP_STORES: string([{ url: storeUrl, region: storeRegionOf(s), replication: replicationOf(s) }])
  KEY_BACKUP_SCHEDULE: scheduleOf(s)
  KEY_BACKUP_REGION: regionName(s.region)
  KEY_BACKUP_ROLE: role
  KEY_BACKUP_AUTH: empty(options.?signIn.?clientId ?? '') ? 'function-key' : 'entra'
  KEY_BACKUP_KEEP_DAYS: string(options.keepDays)
  KEY_BACKUP_REFRESH_DAYS: string(options.refreshDays)
  KEY_BACKUP_LIMIT_SHARE: options.limitShare
  KEY_BACKUP_OBSERVED_REGION: options.observedRegion
  KEY_BACKUP_EXTRA_REGIONS: string(options.extraRegions)
}
