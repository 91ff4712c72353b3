/** Names of time zones for the pattern letter z: `EDT`, `Central European Summer Time`. Intl knows the long names; the abbreviations it lacks in English are listed here. */

// By long English name. Abbreviations that Intl has itself (EST, PDT, UTC, BST in its own region …) are not repeated.
const abbreviations: Readonly<Record<string, string>> = Object.fromEntries(`
Central European Standard Time=CET|Central European Summer Time=CEST|Eastern European Standard Time=EET|Eastern European Summer Time=EEST|Western European Standard Time=WET
Western European Summer Time=WEST|British Summer Time=BST|Irish Standard Time=IST|Moscow Standard Time=MSK|Türkiye Standard Time=TRT|Israel Standard Time=IST|Israel Daylight Time=IDT
Azores Standard Time=AZOT|Azores Summer Time=AZOST|Georgia Standard Time=GET|Armenia Standard Time=AMT|Azerbaijan Standard Time=AZT|Iran Standard Time=IRST|Arabian Standard Time=AST
Gulf Standard Time=GST|Afghanistan Time=AFT|Pakistan Standard Time=PKT|India Standard Time=IST|Nepal Time=NPT|Bhutan Time=BTT|Bangladesh Standard Time=BDT|Myanmar Time=MMT|Indochina Time=ICT
Malaysia Time=MYT|Singapore Standard Time=SGT|China Standard Time=CST|Hong Kong Standard Time=HKT|Taiwan Standard Time=CST|Philippine Standard Time=PST|Japan Standard Time=JST
Korean Standard Time=KST|Western Indonesia Time=WIB|Central Indonesia Time=WITA|Eastern Indonesia Time=WIT|Uzbekistan Standard Time=UZT|Turkmenistan Standard Time=TMT|Tajikistan Time=TJT
Kyrgyzstan Time=KGT|Yekaterinburg Standard Time=YEKT|Omsk Standard Time=OMST|Krasnoyarsk Standard Time=KRAT|Irkutsk Standard Time=IRKT|Yakutsk Standard Time=YAKT|Vladivostok Standard Time=VLAT
Magadan Standard Time=MAGT|Brunei Time=BNT|Maldives Time=MVT|Mauritius Standard Time=MUT|Seychelles Time=SCT|Réunion Time=RET|East Africa Time=EAT|Central Africa Time=CAT|West Africa Time=WAT
South Africa Standard Time=SAST|Cape Verde Standard Time=CVT|Brasilia Standard Time=BRT|Amazon Standard Time=AMT|Acre Standard Time=ACT|Argentina Standard Time=ART|Paraguay Standard Time=PYT
Uruguay Standard Time=UYT|Bolivia Time=BOT|Chile Standard Time=CLT|Chile Summer Time=CLST|Peru Standard Time=PET|Colombia Standard Time=COT|Ecuador Time=ECT|Venezuela Time=VET|Guyana Time=GYT
Suriname Time=SRT|French Guiana Time=GFT|Galapagos Time=GALT|Easter Island Standard Time=EAST|Easter Island Summer Time=EASST|Cuba Standard Time=CST|Cuba Daylight Time=CDT
Mexican Pacific Standard Time=MST|Yukon Time=MST|Newfoundland Standard Time=NST|Newfoundland Daylight Time=NDT|Greenland Standard Time=WGT|Greenland Summer Time=WGST
Fernando de Noronha Standard Time=FNT|Falkland Islands Standard Time=FKT|Australian Western Standard Time=AWST|Australian Central Standard Time=ACST|Australian Central Daylight Time=ACDT
Australian Eastern Standard Time=AEST|Australian Eastern Daylight Time=AEDT|New Zealand Standard Time=NZST|New Zealand Daylight Time=NZDT|Chatham Standard Time=CHAST|Chatham Daylight Time=CHADT
Samoa Standard Time=WSST|Chamorro Standard Time=ChST|Fiji Standard Time=FJT|Tonga Standard Time=TOT|Papua New Guinea Time=PGT|Solomon Islands Time=SBT|New Caledonia Standard Time=NCT|Tahiti Time=TAHT
`.trim().split(/[|\n]/).map(pair => pair.split('=') as [string, string]))

// Java writes these in full where Intl is shorter.
const longer: Readonly<Record<string, string>> = { 'West Africa Time': 'West Africa Standard Time' }

const formats = new Map<string, Intl.DateTimeFormat>()
function nameOf(id: string, style: 'short' | 'long' | 'longOffset', epochSeconds: number): string {
  const key = `${style} ${id}`
  let format = formats.get(key)
  if (format === undefined) { format = new Intl.DateTimeFormat('en-US', { timeZone: id, timeZoneName: style }); formats.set(key, format) }
  return format.formatToParts(Math.max(-8.64e15, Math.min(8.64e15, epochSeconds * 1000))).find(p => p.type === 'timeZoneName')!.value
}

/** The name of a region at a moment. */
export function zoneName(id: string, epochSeconds: number, style: 'short' | 'long'): string {
  const long = nameOf(id, 'long', epochSeconds)
  if (style === 'long') return longer[long] ?? long
  const short = nameOf(id, 'short', epochSeconds)
  if (!/^GMT[+-]/.test(short)) return short
  return abbreviations[long] ?? nameOf(id, 'longOffset', epochSeconds)
}

// Regions that may be meant by a name in a text, the most usual of a name first.
const readable = ['America/Los_Angeles', 'America/Denver', 'America/Chicago', 'America/New_York', 'America/Anchorage', 'Pacific/Honolulu', 'America/Halifax', 'America/St_Johns', 'Europe/Paris',
  'Europe/London', 'Europe/Athens', 'Europe/Lisbon', 'Europe/Moscow', 'Europe/Istanbul', 'Asia/Kolkata', 'Asia/Shanghai', 'Asia/Tokyo', 'Asia/Seoul', 'Asia/Singapore', 'Asia/Hong_Kong', 'Asia/Manila',
  'Asia/Jakarta', 'Asia/Dubai', 'Asia/Karachi', 'Asia/Jerusalem', 'America/Bogota', 'America/Lima', 'America/Guayaquil', 'America/Caracas', 'America/La_Paz', 'America/Santiago', 'America/Sao_Paulo',
  'America/Argentina/Buenos_Aires', 'America/Montevideo', 'America/Asuncion', 'Africa/Johannesburg', 'Africa/Nairobi', 'Africa/Lagos', 'Africa/Maputo', 'Australia/Sydney', 'Australia/Adelaide',
  'Australia/Perth', 'Pacific/Auckland']

let byName: readonly (readonly [string, string])[] | null = null
/** Names that a text may use for a region (`est`, `pacific standard time`; lower case) with the region, the longest first. */
export function regionNames(): readonly (readonly [name: string, id: string])[] {
  if (byName === null) {
    const found = new Map<string, string>()
    for (const id of readable) {
      // January and July of one year: standard and summer time of both halves of the Earth.
      for (const at of [1_768_478_400, 1_784_116_800]) for (const style of ['short', 'long'] as const) {
        const name = zoneName(id, at, style).toLowerCase()
        if (!found.has(name) && !name.startsWith('gmt')) found.set(name, id)
      }
    }
    byName = [...found].sort((a, b) => b[0].length - a[0].length)
  }
  return byName
}
