// refused: keepDays.monthly: 20 is too short: at least 32, or 0 to turn the tier off.
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
param keepDays = { daily: 10, monthly: 20, yearly: 2555 }
param alertEmails = ['operators@example.com']
