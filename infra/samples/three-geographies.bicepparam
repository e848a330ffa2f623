// Three geographies, private networks, Entra sign-in, the restore app, vaults in three subscriptions, an existing store.
using '../main.bicep'

param environmentName = 'prod'
param stamps = [
  {
    geography: 'Europe'
    region: 'westeurope'
    schedule: '0 0 1 * * *'
    addressPrefix: '10.20.0.0/24'
    vaultGroups: [
      {
        subscriptionId: '11111111-1111-1111-1111-111111111111'
        resourceGroup: 'rg-shop'
        region: 'westeurope'
        privateEndpoints: true
        vaults: [
          { name: 'kv-shop-prod', sku: 'premium' }
          { name: 'kv-shop-restored', backup: false }
        ]
      }
      {
        subscriptionId: '22222222-2222-2222-2222-222222222222'
        resourceGroup: 'rg-billing'
        region: 'northeurope'
        access: 'accessPolicy'
        vaults: [{ name: 'kv-billing' }, { name: 'kv-billing-restored', backup: false }]
      }
    ]
  }
  {
    geography: 'Brazil'
    region: 'brazilsouth'
    schedule: '0 30 5 * * *'
    addressPrefix: '10.20.1.0/24'
    vaultGroups: [
      {
        subscriptionId: '11111111-1111-1111-1111-111111111111'
        resourceGroup: 'rg-brasil'
        region: 'brazilsouth'
        vaults: [{ name: 'kv-brasil' }]
      }
    ]
  }
  {
    geography: 'United States'
    region: 'eastus2'
    schedule: '0 0 7 * * *'
    addressPrefix: '10.20.2.0/24'
    store: {
      region: 'centralus'
      replication: 'RA-GRS'
      existingStoreId: '/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/rg-vault-backups/providers/Microsoft.Storage/storageAccounts/stkeybackupsus'
    }
    vaultGroups: [
      {
        subscriptionId: '33333333-3333-3333-3333-333333333333'
        resourceGroup: 'rg-us'
        region: 'East US 2'
        access: 'none'
        vaults: [{ name: 'kv-us-a' }, { name: 'kv-us-b' }]
      }
    ]
  }
]
param keepDays = { daily: 35, monthly: 400, yearly: 2555 }
param refreshDays = 14
param limitShare = '0.5'
param observedRegion = 'require'
param deployRestore = true
param restoreRotationPolicy = true
param restoreOperatorsGroupId = '44444444-4444-4444-4444-444444444444'
param signIn = {
  clientId: '55555555-5555-5555-5555-555555555555'
  allowedClientIds: ['66666666-6666-6666-6666-666666666666']
}
param worm = 'locked'
param network = 'private'
param alertEmails = ['operators@example.com', 'security@example.com']
param alertActionGroupIds = [
  '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-operations/providers/Microsoft.Insights/actionGroups/ag-pager'
]
param managementGroups = ['mg-production', 'mg-company']
param tags = { 'cost-center': 'security' }
