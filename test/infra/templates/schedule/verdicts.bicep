// What the guard says of schedules, in an output that a snapshot shows.
targetScope = 'subscription'

import { scheduleProblems } from '../../../../infra/guards/schedule.bicep'

param schedules string[]

output problems string[][] = map(schedules, schedule => scheduleProblems('schedule', schedule))
