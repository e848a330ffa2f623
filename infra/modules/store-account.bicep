// The account that keeps the backups of one geography.
import { replicationKind } from '../types.bicep'

param name string
param location string
param tags { *: string }
param replication replicationKind

@description('Closes the public endpoint. Lifecycle rules go on: they are let in as a trusted service.')
param private bool
param deleteLock bool

var softDeleteDays = 14

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_${replace(replication, '-', '')}' }
  properties: {
    // Cool and cold tiers bill small objects as 128 KiB; a backup has about 7.
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowedCopyScope: 'AAD'
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    isSftpEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: private ? 'Deny' : 'Allow', bypass: 'AzureServices' }
    encryption: {
      keySource: 'Microsoft.Storage'
      requireInfrastructureEncryption: true
      services: { blob: { enabled: true, keyType: 'Account' } }
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      isVersioningEnabled: true
      deleteRetentionPolicy: { enabled: true, days: softDeleteDays, allowPermanentDelete: false }
      containerDeleteRetentionPolicy: { enabled: true, days: softDeleteDays }
    }
  }
}

// Guards the account, not its blobs: those are guarded by rights and immutability.
resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  name: 'keep-backups'
  scope: account
  properties: { level: 'CanNotDelete', notes: 'Holds key backups. See docs/deploy.md before removing this lock.' }
}

output id string = account.id
output name string = account.name
