// refused: stamps['Poland'].store.replication: GRS needs a paired region, and polandcentral has none
using '../../../../infra/main.bicep'

param environmentName = 'bad'
param stamps = [
  {
    geography: 'Poland'
    region: 'polandcentral'
    store: { replication: 'GRS' }
    vaultGroups: [
      {
        subscriptionId: '11111111-1111-1111-1111-111111111111'
        resourceGroup: 'rg-a'
        region: 'polandcentral'
        vaults: [{ name: 'kv-a' }]
      }
    ]
  }
]
param alertEmails = ['operators@example.com']
