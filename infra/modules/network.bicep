// A virtual network of two subnets: one the apps go out of, one for private endpoints; and the DNS zones that find them.
import { dnsZoneIds } from '../types.bicep'

param namePrefix string
param location string
param tags { *: string }
param addressPrefix string

// The zone of Key Vault is not among environment().suffixes.
var vaultZone = 'privatelink.${replace(substring(environment().suffixes.keyvaultDns, 1), 'vault.', 'vaultcore.')}'
var zoneNames = concat(
  map(['blob', 'queue', 'table'], service => 'privatelink.${service}.${environment().suffixes.storage}'),
  [vaultZone]
)

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: 'vnet-${namePrefix}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'backup-app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'restore-app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 1)
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: cidrSubnet(addressPrefix, 25, 1), privateEndpointNetworkPolicies: 'Enabled' }
      }
    ]
  }

  resource backupApp 'subnets' existing = {
    name: 'backup-app'
  }

  resource restoreApp 'subnets' existing = {
    name: 'restore-app'
  }

  resource endpoints 'subnets' existing = {
    name: 'endpoints'
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zoneNames: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, i) in zoneNames: {
    parent: zones[i]
    name: network.name
    location: 'global'
    properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
  }
]

output backupSubnetId string = network::backupApp.id
output restoreSubnetId string = network::restoreApp.id
output endpointSubnetId string = network::endpoints.id
output zoneIds dnsZoneIds = {
  blob: zones[0].id
  queue: zones[1].id
  table: zones[2].id
  vault: zones[3].id
}
