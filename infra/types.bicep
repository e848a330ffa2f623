// The shapes of the parameters, shared by every module.

@export()
@description('One vault. `backup: false` makes it a restore target only.')
@sealed()
type vault = {
  @minLength(3)
  @maxLength(24)
  name: string

  @description('Pricing tier; premium vaults hold HSM-protected keys.')
  sku: 'standard' | 'premium'?

  backup: bool?
}

@export()
@description('Vaults of one resource group and region, in any subscription of the tenant.')
@sealed()
type vaultGroup = {
  subscriptionId: string
  resourceGroup: string

  @description('Region of the vaults, as in src/geography/regions.json. A deployment compares it with what the vaults say.')
  region: string

  @description('How the vaults grant access: `rbac` (default), `accessPolicy`, or `none` to have it granted elsewhere.')
  access: 'rbac' | 'accessPolicy' | 'none'?

  @description('Makes a private endpoint to each vault in the virtual network of the stamp. Needs `network: private`.')
  privateEndpoints: bool?

  @minLength(1)
  @maxLength(800)
  vaults: vault[]
}

@export()
@description('How the storage account copies itself. GRS and GZRS copy to the paired region; RA- lets that copy be read.')
type replicationKind = 'LRS' | 'ZRS' | 'GRS' | 'GZRS' | 'RA-GRS' | 'RA-GZRS'

@export()
@description('Where the backups of a geography are kept.')
@sealed()
type store = {
  @description('Region of the account; default: that of the stamp.')
  region: string?

  @description('Default: GZRS where the paired region stays in the geography, else ZRS.')
  replication: replicationKind?

  @description('Resource id of an account that infra/store.bicep made, in any subscription of the tenant. It is not changed; rights and diagnostics are added.')
  existingStoreId: string?
}

@export()
@description('One geography: its vaults, its app, its store.')
@sealed()
type geographyStamp = {
  @description('Azure geography, as in src/geography/regions.json. Everything else in the stamp must lie in it.')
  geography: string

  @description('Region of the app, its host storage and its logs.')
  region: string

  @description('NCRONTAB with six fields, UTC, every day. Default: 0 0 2 * * *')
  schedule: string?

  store: store?

  @minLength(1)
  vaultGroups: vaultGroup[]

  @description('Address space of the virtual network, a /24; only used with `network: private`.')
  addressPrefix: string?
}

@export()
@description('Days per tier. 0 turns a tier off; `daily` is always on.')
@sealed()
type daysPerTier = { daily: int, monthly: int, yearly: int }

@export()
@description('Days that backups stay, where the computed minimum is not enough.')
@sealed()
type optionalDaysPerTier = { daily: int?, monthly: int?, yearly: int? }

@export()
@description('Immutability (WORM) of the containers. `locked` can never be undone: see docs/deploy.md.')
type wormMode = 'none' | 'unlocked' | 'locked'

@export()
@description('The app registration that callers of the HTTP interface sign in to.')
@sealed()
type signInOptions = {
  @description('Application (client) id.')
  clientId: string

  @description('Client ids of the applications that may call. Empty or absent: any of the tenant that has an app role.')
  allowedClientIds: string[]?
}

@export()
@description('What the store keeps for one tier.')
type tierRetention = {
  name: 'daily' | 'monthly' | 'yearly'
  manifestDays: int
  blobDays: int
}

@export()
@description('Settings of the program that are the same in every stamp.')
type appOptions = {
  keepDays: daysPerTier
  refreshDays: int
  limitShare: string
  observedRegion: 'warn' | 'require'
  extraRegions: { *: string }
  signIn: signInOptions?
}

@export()
@description('Role definition ids, in the subscription of the deployment.')
type roleIds = {
  backup: string
  restore: string
  blobCreator: string
  blobReader: string
}

@export()
@description('An identity of the program.')
type principal = { id: string, clientId: string, principalId: string }

@export()
type dnsZoneIds = { blob: string, queue: string, table: string, vault: string }

@export()
@description('Where an app goes out and where private endpoints are.')
type appNetwork = { appSubnetId: string, endpointSubnetId: string, zoneIds: dnsZoneIds }

@export()
@description('What all stamps share.')
type stampOptions = {
  environmentName: string
  tags: { *: string }
  app: appOptions
  tiers: tierRetention[]
  restoreRecordDays: int
  worm: wormMode
  private: bool
  deleteLock: bool
  deployRestore: bool
  restoreRotationPolicy: bool
  restoreOperatorsGroupId: string
  vaultDiagnostics: bool
  alertEmails: string[]
  alertActionGroupIds: string[]
  lateAfterHours: int
  logRetentionInDays: int
  instanceMemoryInMB: 512 | 2048 | 4096
}

@export()
@description('An app that a deployment made, for the step that brings the package to it.')
type deployedApp = { geography: string, role: string, resourceGroup: string, name: string, url: string }
