// refused: stamps['Brazil'].store.replication: GZRS in brazilsouth would copy backups to southcentralus in United States
using '../../../../infra/main.bicep'

param environmentName = 'bad'
param stamps = [
  {
    geography: 'Brazil'
    region: 'brazilsouth'
    store: { replication: 'GZRS' }
    vaultGroups: [
      {
        subscriptionId: '11111111-1111-1111-1111-111111111111'
        resourceGroup: 'rg-a'
        region: 'brazilsouth'
        vaults: [{ name: 'kv-a' }]
      }
    ]
  }
]
param alertEmails = ['operators@example.com']
