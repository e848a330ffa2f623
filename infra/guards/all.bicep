import { daysPerTier, optionalDaysPerTier, signInOptions, geographyStamp } from '../types.bicep'
import { alertProblems, managementGroupProblems } from 'alerts.bicep'
import { extraRegionProblems } from 'geography.bicep'
import { retentionProblems } from 'retention.bicep'
import { stampProblems } from 'stamp.bicep'

func repeated(names string[]) string[] => filter(union(names, []), name => length(filter(names, other => other == name)) > 1)

func vaultNames(stamps geographyStamp[]) string[] =>
  flatten(map(stamps, s => flatten(map(s.vaultGroups, g => map(g.vaults, v => toLower(v.name))))))

func uniquenessProblems(stamps geographyStamp[]) string[] =>
  concat(
    map(
      repeated(map(stamps, s => s.geography)),
      g => 'stamps: ${g} has more than one stamp; a geography has exactly one store.'
    ),
    map(repeated(vaultNames(stamps)), v => 'stamps: the vault ${v} is listed more than once.')
  )

func restoreProblems(deployRestore bool, entra signInOptions?) string[] =>
  deployRestore && empty(entra.?clientId ?? '')
    ? ['deployRestore: the restore app needs signIn.clientId; restoring with a function key is not offered.']
    : []

// App names, the strictest that it becomes a part of, take no other.
var nameCharacters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-'

func environmentProblems(name string) string[] =>
  empty(filter(range(0, length(name)), i => !contains(nameCharacters, substring(name, i, 1)))) && !startsWith(name, '-') && !endsWith(
      name,
      '-'
    )
    ? []
    : ['environmentName: "${name}" must be of letters, digits and hyphens, without a hyphen at either end.']

@sealed()
type checked = {
  environmentName: string
  stamps: geographyStamp[]
  keepDays: daysPerTier
  blobKeepDays: optionalDaysPerTier
  refreshDays: int
  extraRegions: { *: string }
  deployRestore: bool
  signIn: signInOptions?
  alertEmails: string[]
  alertActionGroupIds: string[]
  managementGroups: string[]
}

@export()
@description('Everything that is wrong with the parameters, at once.')
func problemsOf(p checked) string[] =>
  concat(
    environmentProblems(p.environmentName),
    flatten(map(p.stamps, s => stampProblems(s, p.extraRegions))),
    uniquenessProblems(p.stamps),
    extraRegionProblems(p.extraRegions),
    retentionProblems(p.keepDays, p.blobKeepDays, p.refreshDays),
    restoreProblems(p.deployRestore, p.?signIn),
    alertProblems(p.alertEmails, p.alertActionGroupIds),
    managementGroupProblems(p.managementGroups)
  )
