// The alerts of one stamp, each a query of infra/queries.
param namePrefix string
param location string
param tags { *: string }
param geography string

@description('Host names of the vaults that are backed up.')
param vaultHosts string[]
param storeName string
param backupPrincipalId string
param restorePrincipalId string
param lateAfterHours int
param workspaceId string
param actionGroupIds string[]

// The list of expected vaults is part of the query: a rule for each 200 keeps it short.
var chunks = map(range(0, (length(vaultHosts) + 199) / 200), i => take(skip(vaultHosts, i * 200), 200))
var lateRules = map(chunks, (hosts, i) => {
  id: 'vault-late-${i + 1}'
  displayName: 'A vault has had no good run in ${lateAfterHours} hours (${geography})'
  description: 'Counts succeeded and partial runs, not failed ones, and fires when nothing arrives at all.'
  severity: 1
  kind: 'state'
  query: replace(loadTextContent('../queries/vault-late.kql'), '__VAULTS__', string(hosts))
})
var otherRules = [
  {
    id: 'no-manifest'
    displayName: 'No manifest has reached the store in ${lateAfterHours} hours (${geography})'
    description: 'Seen in the log of the store itself, so it needs neither the app nor its telemetry.'
    severity: 1
    kind: 'state'
    query: loadTextContent('../queries/no-manifest.kql')
  }
  {
    id: 'keys-failed'
    displayName: 'Keys could not be backed up (${geography})'
    description: 'A key, or a whole vault, failed in a run.'
    severity: 2
    kind: 'event'
    query: loadTextContent('../queries/keys-failed.kql')
  }
  {
    id: 'keys-gone'
    displayName: 'Many keys are gone at once (${geography})'
    description: 'A vault lists far fewer keys than in its last run.'
    severity: 1
    kind: 'event'
    query: loadTextContent('../queries/keys-gone.kql')
  }
  {
    id: 'unexpected-key-operation'
    displayName: 'A key was backed up or restored by somebody else (${geography})'
    description: 'KeyBackup or KeyRestore by another identity than those of this environment.'
    severity: 0
    kind: 'event'
    query: loadTextContent('../queries/unexpected-key-operation.kql')
  }
  {
    id: 'backup-read-by-others'
    displayName: 'A backup was read by somebody else (${geography})'
    description: 'A blob of the store was read by another identity than those of this environment.'
    severity: 0
    kind: 'event'
    query: loadTextContent('../queries/backup-read-by-others.kql')
  }
  {
    id: 'backup-deleted'
    displayName: 'Somebody deletes in the store (${geography})'
    description: 'A delete that is not the lifecycle\'s, whether it worked or not.'
    severity: 0
    kind: 'event'
    query: loadTextContent('../queries/backup-deleted.kql')
  }
]

module rules 'alert-rule.bicep' = [
  for rule in concat(lateRules, otherRules): {
    name: 'alert-${rule.id}'
    params: {
      name: '${namePrefix}-${rule.id}'
      location: location
      tags: tags
      displayName: rule.displayName
      explanation: rule.description
      severity: rule.severity
      kind: rule.kind
      query: replace(
        replace(
          replace(replace(rule.query, '__STORE__', storeName), '__HOURS__', string(lateAfterHours)),
          '__BACKUP_IDENTITY__',
          backupPrincipalId
        ),
        '__RESTORE_IDENTITY__',
        restorePrincipalId
      )
      workspaceId: workspaceId
      actionGroupIds: actionGroupIds
    }
  }
]
