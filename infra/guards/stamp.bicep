import { geographyStamp, replicationKind, vaultGroup } from '../types.bicep'
import { isResourceId } from 'resource-id.bicep'
import { pairStays, regionName, regionProblems, replicationProblems } from 'geography.bicep'
import { scheduleProblems } from 'schedule.bicep'

@export()
func scheduleOf(s geographyStamp) string => s.?schedule ?? '0 0 2 * * *'

@export()
func storeRegionOf(s geographyStamp) string => regionName(s.?store.?region ?? s.region)

@export()
@description('Stated, or geo-redundant where the copy stays in the geography.')
func replicationOf(s geographyStamp) replicationKind =>
  s.?store.?replication ?? (pairStays(storeRegionOf(s)) ? 'GZRS' : 'ZRS')

func storeIdProblems(name string, id string) string[] =>
  empty(id) || isResourceId(id, 'Microsoft.Storage/storageAccounts')
    ? []
    : ['${name}.store.existingStoreId: "${id}" is not the resource id of a storage account.']

func groupProblems(name string, group vaultGroup, geography string, extraRegions { *: string }) string[] =>
  concat(
    regionProblems('${name}.region', group.region, geography, extraRegions),
    length(split(group.subscriptionId, '-')) == 5
      ? []
      : ['${name}.subscriptionId: "${group.subscriptionId}" is not a subscription id.'],
    empty(group.resourceGroup) ? ['${name}.resourceGroup: is empty.'] : []
  )

func problemsIn(name string, s geographyStamp, extraRegions { *: string }) string[] =>
  concat(
    regionProblems('${name}.region', s.region, s.geography, extraRegions),
    regionProblems('${name}.store.region', storeRegionOf(s), s.geography, extraRegions),
    replicationProblems('${name}.store.replication', storeRegionOf(s), replicationOf(s)),
    scheduleProblems('${name}.schedule', scheduleOf(s)),
    storeIdProblems(name, s.?store.?existingStoreId ?? ''),
    flatten(map(s.vaultGroups, (g, i) => groupProblems('${name}.vaultGroups[${i}]', g, s.geography, extraRegions)))
  )

@export()
@description('What is wrong with one stamp, each problem with the name of its parameter.')
func stampProblems(s geographyStamp, extraRegions { *: string }) string[] =>
  problemsIn('stamps[\'${s.geography}\']', s, extraRegions)
