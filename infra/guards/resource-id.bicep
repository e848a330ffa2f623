@export()
@description('True for the id of a resource of this type (like Microsoft.Storage/storageAccounts) in a resource group.')
func isResourceId(id string, type string) bool =>
  length(split(id, '/')) == 9 && startsWith(id, '/') && emptyParts(id) == 1 && hasType(split(id, '/'), type)

func emptyParts(id string) int => length(filter(split(id, '/'), part => empty(part)))

func hasType(parts string[], type string) bool =>
  toLower('${parts[1]}/${parts[3]}/${parts[5]}/${parts[6]}/${parts[7]}') == toLower('subscriptions/resourceGroups/providers/${type}')
