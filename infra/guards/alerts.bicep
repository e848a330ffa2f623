import { isResourceId } from 'resource-id.bicep'

func isAddress(email string) bool =>
  length(split(email, '@')) == 2 && !contains(split(email, '@'), '') && !contains(email, ' ')

@export()
@description('What is wrong with those who are told: there must be somebody.')
func alertProblems(emails string[], actionGroupIds string[]) string[] =>
  concat(
    empty(emails) && empty(actionGroupIds)
      ? [
          'alertEmails: is empty, and so is alertActionGroupIds: nobody would be told of a missed backup; give an address or an action group.'
        ]
      : [],
    map(filter(emails, email => !isAddress(email)), email => 'alertEmails: "${email}" is not an e-mail address.'),
    map(
      filter(actionGroupIds, id => !isResourceId(id, 'Microsoft.Insights/actionGroups')),
      id => 'alertActionGroupIds: "${id}" is not the resource id of an action group.'
    )
  )

@export()
@description('What is wrong with the names of management groups.')
func managementGroupProblems(names string[]) string[] =>
  map(
    filter(names, name => empty(name) || length(name) > 90 || contains(name, '/') || contains(name, ' ')),
    name =>
      'managementGroups: "${name}" is not the name of a management group (its id without /providers/Microsoft.Management/managementGroups/).'
  )
