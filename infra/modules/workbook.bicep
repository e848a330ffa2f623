// The page an operator opens first, over the workspaces of all stamps.
param location string
param tags { *: string }
param environmentName string
param workspaceIds string[]
param vaultHosts string[]

var content = replace(
  replace(loadTextContent('../workbook.json'), '"__WORKSPACES__"', string(workspaceIds)),
  '__VAULTS__',
  replace(string(vaultHosts), '"', '\\"')
)

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, environmentName, 'key-backups')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Key backups (${environmentName})'
    category: 'workbook'
    sourceId: workspaceIds[0]
    version: '1.0'
    serializedData: content
  }
}

output id string = workbook.id
