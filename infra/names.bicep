// Names and addresses that several modules must agree on, all known before a deployment starts.
import { roleIds, geographyStamp, vault } from 'types.bicep'
import { regionName } from 'guards/geography.bicep'
import { storeRegionOf } from 'guards/stamp.bicep'

@export()
func roleIdsOf(subscriptionId string, environmentName string) roleIds => {
  backup: guid(subscriptionId, environmentName, 'backup')
  restore: guid(subscriptionId, environmentName, 'restore')
  blobCreator: guid(subscriptionId, environmentName, 'blob-creator')
  blobReader: guid(subscriptionId, environmentName, 'blob-reader')
}

@export()
@description('Thirteen characters that tell one stamp of one environment from all others.')
func tokenOf(subscriptionId string, environmentName string, geography string) string =>
  uniqueString(subscriptionId, environmentName, geography)

@export()
func groupNameOf(environmentName string, s geographyStamp) string => 'rg-${environmentName}-${regionName(s.region)}'

@export()
@description('Apart from the app, so that neither is deleted with the other.')
func storeGroupNameOf(environmentName string, s geographyStamp) string =>
  'rg-${environmentName}-${storeRegionOf(s)}-store'

@export()
@description('Resource id of the store of a stamp, existing or to be made.')
func storeIdOf(subscriptionId string, environmentName string, s geographyStamp) string =>
  s.?store.?existingStoreId ?? resourceId(
    subscriptionId,
    storeGroupNameOf(environmentName, s),
    'Microsoft.Storage/storageAccounts',
    'kvbstore${tokenOf(subscriptionId, environmentName, s.geography)}'
  )

@export()
func blobUrlOf(storeName string) string => 'https://${storeName}.blob.${environment().suffixes.storage}'

@export()
func vaultHostOf(v vault) string => toLower('${v.name}${environment().suffixes.keyvaultDns}')
