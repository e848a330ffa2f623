// refused: blobKeepDays.monthly: 400 is too short: a manifest kept 400 days (keepDays.monthly) may point at a backup up to 31 days older; at least 434.
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
param blobKeepDays = { monthly: 400 }
param alertEmails = ['operators@example.com']
