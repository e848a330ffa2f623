// Sends the activity log of a subscription to a workspace: who changed what, at the control plane.
targetScope = 'subscription'

param name string
param workspaceId string

resource export 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: name
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'Administrative', enabled: true }]
  }
}
