// refused: stamps['Europe'].store.region: swedencentral lies in Sweden, not in Europe
using '../../../../infra/main.bicep'

param environmentName = 'bad'
param stamps = [
  {
    geography: 'Europe'
    region: 'westeurope'
    store: { region: 'swedencentral' }
    vaultGroups: [
      {
        subscriptionId: '11111111-1111-1111-1111-111111111111'
        resourceGroup: 'rg-a'
        region: 'westeurope'
        vaults: [{ name: 'kv-a' }]
      }
    ]
  }
]
param alertEmails = ['operators@example.com']
