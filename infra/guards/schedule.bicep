func fields(schedule string) string[] => split(trim(schedule), ' ')

@export()
@description('What is wrong with a schedule: six fields, and every day. What the fields say within a day is checked by the program.')
func scheduleProblems(parameter string, schedule string) string[] =>
  length(fields(schedule)) != 6
    ? ['${parameter}: "${schedule}" is not NCRONTAB with six fields (second minute hour day month weekday).']
    : join(skip(fields(schedule), 3), ' ') != '* * *'
        ? ['${parameter}: "${schedule}" leaves gaps over 24 hours; day, month and weekday must be *.']
        : []
