// Expiry. No identity may delete a backup, so the platform does, when its time is over.
import { tierRetention } from '../types.bicep'

param storeName string
param tiers tierRetention[]
param restoreRecordDays int

var expiries = concat(
  map(tiers, t => {
    name: '${t.name}-manifests'
    prefixes: ['${t.name}/manifests/', '${t.name}/plans/']
    days: t.manifestDays
  }),
  map(tiers, t => { name: '${t.name}-blobs', prefixes: ['${t.name}/blobs/'], days: t.blobDays }),
  [{ name: 'restores', prefixes: ['restores/'], days: restoreRecordDays }]
)

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storeName

  resource rules 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          for expiry in expiries: {
            name: expiry.name
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: expiry.prefixes }
              actions: {
                baseBlob: { delete: { daysAfterCreationGreaterThan: expiry.days } }
                // Deleting the current version makes it an old one: the second rule removes that.
                version: { delete: { daysAfterCreationGreaterThan: expiry.days } }
              }
            }
          }
        ]
      }
    }
  }
}
