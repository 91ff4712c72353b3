/** A calendar interval's value: months, days and microseconds stay apart, for a month has no fixed length and a day no fixed hours. */
export interface CalendarInterval { readonly months: number; readonly days: number; readonly microseconds: bigint }
