// What the guards say of every region of the table, in one resource that a snapshot shows.
targetScope = 'subscription'

import { pairStays, regionProblems, replicationProblems } from '../../../../infra/guards/geography.bicep'

param regions string[]
param geographies string[]

var replications = ['LRS', 'ZRS', 'GRS', 'GZRS', 'RA-GRS', 'RA-GZRS']

resource verdicts 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'verdicts'
  location: deployment().location
  tags: toObject(
    regions,
    region => region,
    region =>
      string({
        geographies: filter(geographies, geography => empty(regionProblems('region', region, geography, {})))
        replications: filter(replications, kind => empty(replicationProblems('replication', region, kind)))
        pairStays: pairStays(region)
      })
  )
}
