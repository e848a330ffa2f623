// refused: stamps: Europe has more than one stamp
using '../../../../infra/main.bicep'

param environmentName = 'bad'
param stamps = [
  {
    geography: 'Europe'
    region: 'westeurope'
    vaultGroups: [
      {
        subscriptionId: '11111111-1111-1111-1111-111111111111'
        resourceGroup: 'rg-a'
        region: 'westeurope'
        vaults: [{ name: 'kv-a' }]
      }
    ]
  }
  {
    geography: 'Europe'
    region: 'northeurope'
    vaultGroups: [
      {
        subscriptionId: '11111111-1111-1111-1111-111111111111'
        resourceGroup: 'rg-a'
        region: 'northeurope'
        vaults: [{ name: 'kv-b' }]
      }
    ]
  }
]
param alertEmails = ['operators@example.com']
