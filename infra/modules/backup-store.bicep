// A complete store: account, then containers, then expiry.
import { replicationKind, tierRetention, wormMode } from '../types.bicep'

param name string
param location string
param tags { *: string }
param replication replicationKind
param tiers tierRetention[]
param restoreRecordDays int
param worm wormMode
param private bool
param deleteLock bool

module account 'store-account.bicep' = {
  params: {
    name: name
    location: location
    // Whether it is to be locked can be seen on the account; the containers say whether it is.
    tags: union(tags, { 'key-backup-worm': worm })
    replication: replication
    private: private
    deleteLock: deleteLock
  }
}

module containers 'store-containers.bicep' = {
  params: {
    storeName: name
    tiers: tiers
    restoreRecordDays: restoreRecordDays
    worm: worm
  }
  dependsOn: [account]
}

module lifecycle 'store-lifecycle.bicep' = {
  params: { storeName: name, tiers: tiers, restoreRecordDays: restoreRecordDays }
  dependsOn: [containers]
}

output id string = account.outputs.id
