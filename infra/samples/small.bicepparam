// One geography, two vaults, function keys, public endpoints.
using '../main.bicep'

param environmentName = 'small'
param stamps = [
  {
    geography: 'Europe'
    region: 'westeurope'
    vaultGroups: [
      {
        subscriptionId: '11111111-1111-1111-1111-111111111111'
        resourceGroup: 'rg-shop'
        region: 'westeurope'
        vaults: [{ name: 'kv-shop-prod' }, { name: 'kv-shop-test' }]
      }
    ]
  }
]
param alertEmails = ['operators@example.com']
