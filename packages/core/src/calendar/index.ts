/** The door `@tidemark/core/calendar`: windows by the calendar and clocks of a place. */
export {
  calendarDays,
  calendarMonths,
  calendarQuarters,
  calendarWeeks,
  calendarYears,
  type CalendarDays,
  type CalendarMonths,
  type CalendarWeeks,
  type CalendarWindowFn,
  type CalendarYears,
} from './calendar-windows.ts'
export { wallClock, type WallClock } from './wall-clock.ts'
export { toLocalDate, zoneOf, zoneRulesVersion } from './zone-rules.ts'
