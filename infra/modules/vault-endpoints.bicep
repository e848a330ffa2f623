// Private endpoints to the vaults that ask for one: Azure Functions is not among a vault's trusted services.
import { vaultGroup } from '../types.bicep'

param location string
param tags { *: string }
param vaultGroups vaultGroup[]
param subnetId string
param zoneId string

var vaultIds = flatten(map(
  filter(vaultGroups, g => g.?privateEndpoints ?? false),
  g => map(g.vaults, v => resourceId(g.subscriptionId, g.resourceGroup, 'Microsoft.KeyVault/vaults', v.name))
))

module endpoints 'private-endpoint.bicep' = [
  for id in vaultIds: {
    name: 'endpoint-${last(split(id, '/'))}'
    params: {
      name: 'pep-${last(split(id, '/'))}'
      location: location
      tags: tags
      targetId: id
      groupId: 'vault'
      subnetId: subnetId
      zoneId: zoneId
    }
  }
]
