// One alert on a log query that returns rows when something is wrong.
param name string
param location string
param tags { *: string }
param displayName string
param explanation string
param severity 0 | 1 | 2 | 3
param query string
param workspaceId string
param actionGroupIds string[]

@description('`state` goes on until the query returns nothing; `event` is told once, in the hour in which it is logged.')
param kind 'state' | 'event'

resource rule 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: name
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: displayName
    description: explanation
    severity: severity
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT1H'
    // The longest there is. Event queries narrow it by the time of ingestion, so that late lines are not missed.
    windowSize: 'P2D'
    autoMitigate: kind == 'state'
    // In a new workspace the tables do not exist yet.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: actionGroupIds }
  }
}
