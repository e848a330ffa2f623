// refused: stamps: the vault kv-a is listed more than once
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
        vaults: [{ name: 'kv-a' }, { name: 'KV-A' }]
      }
    ]
  }
]
param alertEmails = ['operators@example.com']
