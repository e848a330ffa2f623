// refused: managementGroups: "/providers/Microsoft.Management/managementGroups/mg-a" is not the name of a management group
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
param alertEmails = ['operators@example.com']
param managementGroups = ['/providers/Microsoft.Management/managementGroups/mg-a']
