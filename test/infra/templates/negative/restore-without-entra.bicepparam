// refused: deployRestore: the restore app needs signIn.clientId
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
]
param deployRestore = true
param alertEmails = ['operators@example.com']
