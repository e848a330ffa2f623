// A container per tier and one for restore records, each immutable for as long as what it keeps.
import { tierRetention, wormMode } from '../types.bicep'

param storeName string
param tiers tierRetention[]
param restoreRecordDays int
param worm wormMode

var containers = concat(
  map(tiers, t => { name: t.name, days: t.manifestDays }),
  [{ name: 'restores', days: restoreRecordDays }]
)

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storeName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}

resource created 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for container in containers: {
    parent: account::blobs
    name: container.name
    properties: { publicAccess: 'None' }
  }
]

// Put Blob of a new name works under the policy; overwriting and deleting do not. Append writes stay off.
resource unlocked 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-06-01' = [
  for (container, i) in containers: if (worm == 'unlocked') {
    parent: created[i]
    name: 'default'
    properties: {
      immutabilityPeriodSinceCreationInDays: container.days
      allowProtectedAppendWrites: false
      allowProtectedAppendWritesAll: false
    }
  }
]

// Locking can't be said in a template (infra/hooks/lock-worm.mjs does it), and a locked policy refuses to be written again.
@onlyIfNotExists()
resource toBeLocked 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-06-01' = [
  for (container, i) in containers: if (worm == 'locked') {
    parent: created[i]
    name: 'default'
    properties: {
      immutabilityPeriodSinceCreationInDays: container.days
      allowProtectedAppendWrites: false
      allowProtectedAppendWritesAll: false
    }
  }
]
