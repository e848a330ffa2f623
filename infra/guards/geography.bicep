// The geography rule, on the table that the program uses too. What the table does not know is refused.
type region = {
  name: string
  displayName: string
  geography: string?
  cloud: string
  pairedRegion: string?
  category: string
}

var table region[] = loadJsonContent('../../src/geography/regions.json')
// Known by name, not yet open when the table was made: an operator may say where they are.
var fixedNames = map(filter(table, r => r.category != 'Unlaunched' || r.?geography != null), r => r.name)
var physical = toObject(filter(table, r => r.category == 'Physical' && r.?geography != null), r => r.name)

@export()
@description('"West Europe" and "westeurope" are the same region.')
func regionName(region string) string => toLower(replace(replace(region, ' ', ''), '-', ''))

@export()
@description('The geography of a region, or an empty string when it is unknown. `extraRegions` may add a region, never redefine one.')
func geographyOf(region string, extraRegions { *: string }) string =>
  physical[?regionName(region)].?geography ?? extraRegions[?regionName(region)] ?? ''

@export()
@description('The region that a geo-replicated account in `region` copies itself to, or an empty string.')
func pairOf(region string) string => physical[?regionName(region)].?pairedRegion ?? ''

func pairGeographyOf(region string) string => geographyOf(pairOf(region), {})

@export()
@description('True if a copy in the paired region is still in the geography.')
func pairStays(region string) bool => !empty(pairOf(region)) && pairGeographyOf(region) == geographyOf(region, {})

@export()
@description('What is wrong with a region that must lie in `geography`. `parameter` names it to the reader.')
func regionProblems(parameter string, region string, geography string, extraRegions { *: string }) string[] =>
  empty(geographyOf(region, extraRegions))
    ? ['${parameter}: ${region} is not a region of src/geography/regions.json; add a newer one with extraRegions.']
    : geographyOf(region, extraRegions) != geography
        ? [
            '${parameter}: ${region} lies in ${geographyOf(region, extraRegions)}, not in ${geography}; a backup may not leave its geography.'
          ]
        : []

@export()
@description('What is wrong with the replication of an account: geo-replication must stay in the geography.')
func replicationProblems(parameter string, region string, replication string) string[] =>
  !contains(replication, 'G') || pairStays(region)
    ? []
    : empty(pairOf(region))
        ? ['${parameter}: ${replication} needs a paired region, and ${region} has none; use ZRS or LRS.']
        : [
            '${parameter}: ${replication} in ${region} would copy backups to ${pairOf(region)} in ${pairGeographyOf(region)}; use ZRS or LRS.'
          ]

@export()
@description('What is wrong with extraRegions: a region of the table can not be redefined.')
func extraRegionProblems(extraRegions { *: string }) string[] =>
  map(
    filter(items(extraRegions), e => contains(fixedNames, regionName(e.key)) || e.key != regionName(e.key)),
    e =>
      'extraRegions.${e.key}: is in src/geography/regions.json already (or not written in lower case without spaces); it may add a region, never redefine one.'
  )
