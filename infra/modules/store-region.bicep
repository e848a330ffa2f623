// Compares where Azure says a store is, and how it copies itself, with what the parameters say. Whatever uses the store waits for this.
import { replicationKind } from '../types.bicep'
import { regionName } from '../guards/geography.bicep'

param storeName string

@description('Region that the store is said to be in.')
param region string

@description('How the store is said to copy itself: a copy may leave the geography.')
param replication replicationKind

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storeName
}

var sku = 'Standard_${replace(replication, '-', '')}'

@description('Evaluated by the deployment, which ends with the message where the account is elsewhere.')
output comparedRegion string = regionName(account.location) == regionName(region)
  ? region
  : fail('store.region: ${storeName} is in ${account.location}, not in ${region} as the parameters say.')

@description('Evaluated by the deployment, which ends with the message where the account copies itself otherwise.')
output comparedSku string = account.sku.name == sku
  ? sku
  : fail('store.replication: ${storeName} is ${account.sku.name}, not ${sku} as the parameters say.')
