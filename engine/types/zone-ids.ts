/** Names of time zones as Java reads them: offsets (`+2`, `-08:00`, `UTC+3`), the old three-letter ids, and which region names exist (case counts). */

/** Three-letter ids and what they stand for (Java's ZoneId.SHORT_IDS). */
export const shortZoneIds: Readonly<Record<string, string>> = {
  ACT: 'Australia/Darwin', AET: 'Australia/Sydney', AGT: 'America/Argentina/Buenos_Aires', ART: 'Africa/Cairo', AST: 'America/Anchorage', BET: 'America/Sao_Paulo', BST: 'Asia/Dhaka',
  CAT: 'Africa/Harare', CNT: 'America/St_Johns', CST: 'America/Chicago', CTT: 'Asia/Shanghai', EAT: 'Africa/Addis_Ababa', ECT: 'Europe/Paris', IET: 'America/Indiana/Indianapolis',
  IST: 'Asia/Kolkata', JST: 'Asia/Tokyo', MIT: 'Pacific/Apia', NET: 'Asia/Yerevan', NST: 'Pacific/Auckland', PLT: 'Asia/Karachi', PNT: 'America/Phoenix', PRT: 'America/Puerto_Rico',
  PST: 'America/Los_Angeles', SST: 'Pacific/Guadalcanal', VST: 'Asia/Ho_Chi_Minh', EST: '-05:00', MST: '-07:00', HST: '-10:00',
}

const offsetForm = /^(UTC|GMT|UT)?([+-])(?:(\d{1,2})|(\d{1,2}):(\d{1,2})|(\d{2})(\d{2})|(\d{2}):?(\d{2})(?::(\d{2})|(\d{2})))$/

/** Seconds as `+02:00`, `-05:30:15`; 0 is `Z`. */
export function offsetId(seconds: number): string {
  if (seconds === 0) return 'Z'
  const a = Math.abs(seconds), two = (n: number): string => String(n).padStart(2, '0')
  const s = a % 60
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(a / 3600))}:${two(Math.floor(a / 60) % 60)}${s === 0 ? '' : `:${two(s)}`}`
}

/** An offset zone's id and its seconds, or null when the name is none. Offsets reach 18 hours. */
export function fixedZoneForm(name: string): { readonly id: string; readonly offset: number } | null {
  const f = offsetForm.exec(name)
  if (f === null) return null
  const h = Number(f[3] ?? f[4] ?? f[6] ?? f[8]), m = Number(f[5] ?? f[7] ?? f[9] ?? 0), s = Number(f[10] ?? f[11] ?? 0)
  const total = h * 3600 + m * 60 + s
  if (m > 59 || s > 59 || total > 64_800) return null
  const offset = f[2] === '-' ? -total : total
  return { id: f[1] === undefined ? offsetId(offset) : offset === 0 ? f[1] : `${f[1]}${offsetId(offset)}`, offset }
}

/** Whether a region of this name exists. Intl takes any case, Java only the one spelling. */
export function isRegionName(name: string): boolean {
  if (!/^[A-Z][A-Za-z0-9_+\-]*(?:\/[A-Za-z0-9_+\-]+)*$/.test(name)) return false
  let canonical: string
  try { canonical = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone } catch { return false }
  if (canonical.toLowerCase() === name.toLowerCase()) return canonical === name
  // An alias resolves to another name: each part of it begins with a capital or a digit.
  return name.split('/').every(part => /^[A-Z0-9]/.test(part)) && /[a-z]|^[A-Z0-9+\-]+$/.test(name)
}
