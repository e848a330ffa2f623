import { daysPerTier, optionalDaysPerTier, tierRetention } from '../types.bicep'

// A kept manifest points at backups that are older than itself by at most this; 3 days are for clocks and the daily pace of lifecycle rules.
func minimumBlobDays(manifestDays int, pointerDays int) int => manifestDays + pointerDays + 3

func dailyPointerDays(refreshDays int) int => max(7, refreshDays)

func tier(name 'daily' | 'monthly' | 'yearly', manifestDays int, pointerDays int, blobDays int?) tierRetention => {
  name: name
  manifestDays: manifestDays
  blobDays: blobDays ?? minimumBlobDays(manifestDays, pointerDays)
}

@export()
@description('The tiers that are on, with the days that manifests and backups stay.')
func tiersOf(keepDays daysPerTier, blobKeepDays optionalDaysPerTier, refreshDays int) tierRetention[] =>
  filter(
    [
      tier('daily', keepDays.daily, dailyPointerDays(refreshDays), blobKeepDays.?daily)
      tier('monthly', keepDays.monthly, 31, blobKeepDays.?monthly)
      tier('yearly', keepDays.yearly, 366, blobKeepDays.?yearly)
    ],
    t => t.manifestDays > 0
  )

func blobDaysProblems(t tierRetention, pointerDays int) string[] =>
  t.blobDays >= minimumBlobDays(t.manifestDays, pointerDays)
    ? []
    : [
        'blobKeepDays.${t.name}: ${t.blobDays} is too short: a manifest kept ${t.manifestDays} days (keepDays.${t.name}) may point at a backup up to ${pointerDays} days older; at least ${minimumBlobDays(t.manifestDays, pointerDays)}.'
      ]

// A tier is kept for longer than the period that it makes one recovery point of, and a longer tier at least as long as a shorter one.
func keepDaysProblems(name string, days int, least int, shorter int) string[] =>
  days != 0 && days < least
    ? [
        'keepDays.${name}: ${days} is too short: at least ${least}${name == 'daily' ? '' : ', or 0 to turn the tier off'}.'
      ]
    : days != 0 && days < shorter
        ? ['keepDays.${name}: ${days} is shorter than the ${shorter} days of a shorter tier.']
        : []

@export()
@description('What is wrong with the keep days: every kept recovery point must have its backups.')
func retentionProblems(keepDays daysPerTier, blobKeepDays optionalDaysPerTier, refreshDays int) string[] =>
  concat(
    keepDays.daily == 0 ? ['keepDays.daily: 0 is too short: at least 8.'] : [],
    keepDaysProblems('daily', keepDays.daily, 8, 0),
    keepDaysProblems('monthly', keepDays.monthly, 32, keepDays.daily),
    keepDaysProblems('yearly', keepDays.yearly, 367, max(keepDays.daily, keepDays.monthly)),
    flatten(map(
      tiersOf(keepDays, blobKeepDays, refreshDays),
      t => blobDaysProblems(t, { daily: dailyPointerDays(refreshDays), monthly: 31, yearly: 366 }[t.name])
    ))
  )
