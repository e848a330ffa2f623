// Six fields of which the last three are *. What passes runs at least once a day; src/config reads it the same way,
// but for numbers of over nine digits and ranges that end past the last value, which the timer of Azure would not take.
func isNumber(text string) bool =>
  !empty(text) && length(text) < 10 && empty(filter(
    map(range(0, length(text)), i => substring(text, i, 1)),
    character => !contains('0123456789', character)
  ))

func isWithin(text string, least int, most int) bool => isNumber(text) ? int(text) >= least && int(text) <= most : false

func isRange(parts string[], most int) bool =>
  length(parts) == 2 && isWithin(parts[0], 0, most) && isWithin(parts[1], 0, most)
    ? int(parts[0]) <= int(parts[1])
    : false

func isStepped(parts string[], most int) bool =>
  length(parts) == 2 && (parts[0] == '*' || isRange(split(parts[0], '-'), most)) && isWithin(parts[1], 1, most + 1)

func isMember(text string, most int) bool =>
  contains(text, '/')
    ? isStepped(split(text, '/'), most)
    : text == '*' || isWithin(text, 0, most) || isRange(split(text, '-'), most)

type field = { name: string, text: string, most: int }

func isField(f field) bool => empty(filter(split(f.text, ','), member => !isMember(member, f.most)))

func timeFields(fields string[]) field[] => [
  { name: 'second', text: fields[0], most: 59 }
  { name: 'minute', text: fields[1], most: 59 }
  { name: 'hour', text: fields[2], most: 23 }
]

func fieldsOf(schedule string) string[] =>
  filter(split(replace(replace(schedule, '\t', ' '), '\n', ' '), ' '), field => !empty(field))

func problemsOf(parameter string, schedule string, fields string[]) string[] =>
  length(fields) != 6
    ? ['${parameter}: "${schedule}" is not NCRONTAB with six fields (second minute hour day month weekday).']
    : join(skip(fields, 3), ' ') != '* * *'
        ? ['${parameter}: "${schedule}" leaves gaps over 24 hours; day, month and weekday must be *.']
        : map(
            filter(timeFields(fields), f => !isField(f)),
            f =>
              '${parameter}: "${schedule}" has "${f.text}" as its ${f.name}; it must be *, or of numbers from 0 to ${f.most} (5 or 5,35 or 5-9 or */10 or 0-30/10).'
          )

@export()
@description('What is wrong with a schedule: six fields, every day, and each field of the time within its bounds.')
func scheduleProblems(parameter string, schedule string) string[] => problemsOf(parameter, schedule, fieldsOf(schedule))
