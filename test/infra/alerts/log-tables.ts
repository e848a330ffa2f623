/**
 * All columns of the Log Analytics tables that the queries read, from the reference of Azure Monitor:
 * https://learn.microsoft.com/azure/azure-monitor/reference/tables/ and the name of the table in small letters.
 */
const apptraces = `
  TimeGenerated:datetime, Message:string, SeverityLevel:int, Properties:dynamic, Measurements:dynamic, ItemCount:int,
  AppRoleInstance:string, AppRoleName:string, AppVersion:string, OperationId:string, OperationName:string, ParentId:string,
  ClientBrowser:string, ClientCity:string, ClientCountryOrRegion:string, ClientIP:string, ClientModel:string, ClientOS:string,
  ClientStateOrProvince:string, ClientType:string, IKey:string, ReferencedItemId:string, ReferencedType:string, ResourceGUID:string,
  SDKVersion:string, SessionId:string, SyntheticSource:string, UserAccountId:string, UserAuthenticatedId:string, UserId:string`;

const storagebloblogs = `
  TimeGenerated:datetime, AccountName:string, OperationName:string, OperationVersion:string, OperationCount:int, Category:string,
  StatusCode:string, StatusText:string, Uri:string, ObjectKey:string, SourceUri:string, DestinationUri:string, Protocol:string,
  AuthenticationType:string, AuthenticationHash:string, AuthorizationDetails:dynamic, SasExpiryStatus:string, RequesterAppId:string,
  RequesterAudience:string, RequesterObjectId:string, RequesterTenantId:string, RequesterTokenIssuer:string, RequesterUpn:string,
  CallerIpAddress:string, UserAgentHeader:string, ReferrerHeader:string, ClientRequestId:string, CorrelationId:string,
  ConditionsUsed:string, ContentLengthHeader:long, RequestBodySize:long, RequestHeaderSize:long, RequestMd5:string,
  ResponseBodySize:long, ResponseHeaderSize:long, ResponseMd5:string, Etag:string, LastModifiedTime:datetime, DurationMs:real,
  ServerLatencyMs:real, AccessTier:string, SourceAccessTier:string, RehydratePriority:string, MetricResponseType:string,
  Location:string, SchemaVersion:string, ServiceType:string, TlsVersion:string`;

const azkvauditlogs = `
  TimeGenerated:datetime, OperationName:string, HttpStatusCode:int, ResultType:string, ResultSignature:string,
  ResultDescription:string, Identity:dynamic, CallerIpAddress:string, RequestUri:string, ClientInfo:string, CorrelationId:string,
  DurationMs:int, Id:string, Properties:dynamic, Algorithm:string, AddressAuthorizationType:string, AppliedAssignmentId:string,
  IsAccessPolicyMatch:bool, IsAddressAuthorized:bool, IsRbacAuthorized:bool, EnabledForDeployment:bool,
  EnabledForDiskEncryption:bool, EnabledForTemplateDeployment:bool, EnablePurgeProtection:bool, EnableRbacAuthorization:bool,
  EnableSoftDelete:bool, SoftDeleteRetentionInDays:int, HsmPoolResourceId:string, Nsp:dynamic, SubnetId:string, Tlsversion:string,
  TrustedService:string`;

/**
 * Those of its 200 that key vaults write (the reference lists some of them only) and that may be read. A claim of the
 * caller becomes a column when a row first has it.
 */
const azurediagnostics = `
  TimeGenerated:datetime, ResourceProvider:string, ResourceType:string, Resource:string, ResourceGroup:string, OperationName:string,
  OperationVersion:string, Category:string, ResultType:string, ResultSignature:string, ResultDescription:string,
  CallerIPAddress:string, CorrelationId:string, DurationMs:long, AdditionalFields:dynamic, httpStatusCode_d:real, id_s:string,
  requestUri_s:string, clientInfo_s:string, isAccessPolicyMatch_b:bool, identity_claim_appid_g:guid, identity_claim_ipaddr_s:string,
  identity_claim_oid_g:guid, identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g:guid`;

const azureactivity = `
  TimeGenerated:datetime, OperationName:string, OperationNameValue:string, OperationId:string, ActivityStatus:string,
  ActivityStatusValue:string, ActivitySubstatus:string, ActivitySubstatusValue:string, Authorization:string,
  Authorization_d:dynamic, Caller:string, CallerIpAddress:string, Category:string, CategoryValue:string, Claims:string,
  Claims_d:dynamic, CorrelationId:string, EventDataId:string, EventSubmissionTimestamp:datetime, Hierarchy:string,
  HTTPRequest:string, Level:string, Properties:string, Properties_d:dynamic, Resource:string, ResourceGroup:string,
  ResourceId:string, ResourceProvider:string, ResourceProviderValue:string, SubscriptionId:string`;

/** Columns that every table has. */
const standard =
  "TenantId:string, Type:string, SourceSystem:string, _ResourceId:string, _SubscriptionId:string, _BilledSize:real, _IsBillable:string";

const all = (columns: string): string => `${columns.trim()}, ${standard}`;

export const logTables = {
  AppTraces: all(apptraces),
  StorageBlobLogs: all(storagebloblogs),
  AZKVAuditLogs: all(azkvauditlogs),
  AzureDiagnostics: all(azurediagnostics),
  AzureActivity: all(azureactivity),
} as const;
