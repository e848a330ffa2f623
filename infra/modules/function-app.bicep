// One Flex Consumption app with its own plan, identity and host storage. Two apps never share a host storage:
// who may write there may replace the other's package, and so act as its identity.
import { appNetwork, principal, signInOptions } from '../types.bicep'

param name string
param location string
param tags { *: string }
param role 'backup' | 'restore'
param identity principal
param hostStorageName string
param private bool
param network appNetwork?
param insightsName string
param insightsConnectionString string
param entra signInOptions?
param settings { *: string }
param instanceMemoryInMB 512 | 2048 | 4096

// Monitoring Metrics Publisher: sends telemetry to a component without local authentication.
var metricsPublisherId = '3913510d-42f4-4e42-8a64-420c390055eb'

module storage 'host-storage.bicep' = {
  params: {
    name: hostStorageName
    location: location
    tags: tags
    principalId: identity.principalId
    private: private
  }
}

module endpoints 'private-endpoint.bicep' = [
  for service in private ? ['blob', 'queue', 'table'] : []: {
    name: 'endpoint-${role}-${service}'
    params: {
      name: 'pep-${hostStorageName}-${service}'
      location: location
      tags: tags
      targetId: storage.outputs.id
      groupId: service
      subnetId: network!.endpointSubnetId
      zoneId: network!.zoneIds[service]
    }
  }
]

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, name, metricsPublisherId)
  scope: component
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisherId)
    principalId: identity.principalId
    principalType: 'ServicePrincipal'
  }
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: network.?appSubnetId
    keyVaultReferenceIdentity: identity.id
    #disable-next-line BCP037 // in the service, not yet in its types: closes /admin/*
    functionsRuntimeAdminIsolationEnabled: true
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: storage.outputs.packageUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: { instanceMemoryMB: instanceMemoryInMB, maximumInstanceCount: 40 }
    }
    siteConfig: { minTlsVersion: '1.2', http20Enabled: true }
  }
  dependsOn: [publisher, endpoints]

  resource config 'config' = {
    name: 'appsettings'
    properties: union(settings, {
      AZURE_CLIENT_ID: identity.clientId
      // By account name, since by service address alone the host fails now and then; the addresses serve other clouds.
      AzureWebJobsStorage__accountName: storage.outputs.name
      AzureWebJobsStorage__blobServiceUri: storage.outputs.endpoints.blob
      AzureWebJobsStorage__queueServiceUri: storage.outputs.endpoints.queue
      AzureWebJobsStorage__tableServiceUri: storage.outputs.endpoints.table
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.clientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
    })
  }
}

module auth 'sign-in.bicep' = if (entra != null) {
  params: { appName: app.name, entra: entra! }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
