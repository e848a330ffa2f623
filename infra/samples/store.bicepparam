// A store in a subscription of its own: the deployment's `storeId` becomes `store.existingStoreId` of a stamp.
using '../store.bicep'

param resourceGroupName = 'rg-key-backups'
param geography = 'United States'
param region = 'eastus2'
param storeName = 'kvbstoreexample'
