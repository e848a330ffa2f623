// refused: keepDays.yearly: 380 is shorter than the 400 days of a shorter tier.
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
param keepDays = { daily: 35, monthly: 400, yearly: 380 }
param alertEmails = ['operators@example.com']
