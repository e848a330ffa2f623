// The activity log of one management group, for `az deployment mg create`.
using '../management-group.bicep'

param environmentName = 'prod'
param workspaceId = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-prod-westeurope/providers/Microsoft.OperationalInsights/workspaces/log-prod-westeurope'
