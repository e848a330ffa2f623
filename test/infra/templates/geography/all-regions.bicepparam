using 'all-regions.bicep'

var table = loadJsonContent('../../../../src/geography/regions.json')

param regions = map(table, row => row.name)
param geographies = union(map(filter(table, row => row.geography != null), row => row.geography), [])
