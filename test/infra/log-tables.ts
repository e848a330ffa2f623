/** Columns of the Log Analytics tables that the queries use, as the reference of Azure Monitor lists them. */
export const logTables = {
  AppTraces:
    "TimeGenerated:datetime, Message:string, SeverityLevel:int, Properties:dynamic, AppRoleName:string, OperationId:string, OperationName:string, _ResourceId:string",
  StorageBlobLogs:
    "TimeGenerated:datetime, AccountName:string, OperationName:string, StatusCode:string, StatusText:string, Uri:string, ObjectKey:string, AuthenticationType:string, RequesterObjectId:string, RequesterUpn:string, RequesterAppId:string, CallerIpAddress:string, UserAgentHeader:string, Category:string, _ResourceId:string",
  AZKVAuditLogs:
    "TimeGenerated:datetime, OperationName:string, HttpStatusCode:int, ResultSignature:string, Identity:dynamic, CallerIpAddress:string, RequestUri:string, ClientInfo:string, CorrelationId:string, _ResourceId:string",
  AzureDiagnostics:
    "TimeGenerated:datetime, ResourceType:string, OperationName:string, Category:string, CallerIPAddress:string, httpStatusCode_d:real, identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g:string, _ResourceId:string",
  AzureActivity:
    "TimeGenerated:datetime, OperationNameValue:string, ActivityStatusValue:string, ActivitySubstatusValue:string, Caller:string, CallerIpAddress:string, ResourceGroup:string, CorrelationId:string, _ResourceId:string",
} as const;
