// refused: blobKeepDays.daily: 45 is too short: a manifest kept 35 days (keepDays.daily) may point at a backup up to 30 days older; at least 68.
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
param blobKeepDays = { daily: 45 }
param refreshDays = 30
param alertEmails = ['operators@example.com']
