// App Service authentication with Entra, for callers with a token: no redirect, no client secret, no token store.
import { signInOptions } from '../types.bicep'

param appName string
param entra signInOptions

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true, runtimeVersion: '~1' }
    globalValidation: { requireAuthentication: true, unauthenticatedClientAction: 'Return401' }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: entra.clientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: ['api://${entra.clientId}', entra.clientId]
          defaultAuthorizationPolicy: empty(entra.?allowedClientIds)
            ? {}
            : { allowedApplications: entra.?allowedClientIds }
        }
      }
    }
    login: { tokenStore: { enabled: false } }
  }
}
