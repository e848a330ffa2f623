// refused: stamps['Europe'].schedule: "0 0 2 * * 1-5" leaves gaps over 24 hours
using '../../../../infra/main.bicep'

param environmentName = 'bad'
param stamps = [
  {
    geography: 'Europe'
    region: 'westeurope'
    schedule: '0 0 2 * * 1-5'
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
