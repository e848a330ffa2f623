// refused: stamps['Europe'].schedule: "0 2 * * *" is not NCRONTAB with six fields
using '../../../../infra/main.bicep'

param environmentName = 'bad'
param stamps = [
  {
    geography: 'Europe'
    region: 'westeurope'
    schedule: '0 2 * * *'
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
