@export()
@description('The members of a list with commas, as an environment variable holds it.')
func listOf(text string) string[] => filter(map(split(text, ','), member => trim(member)), member => !empty(member))
