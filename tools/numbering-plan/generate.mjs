// Writes src/text/number_plan_data.inc and number_plan_cases.inc. See README.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'

const require = createRequire(import.meta.url)
const metadata = require('libphonenumber-js/metadata.max.json')
const examples = require('libphonenumber-js/examples.mobile.json')
const version = require('libphonenumber-js/package.json').version
const here = dirname(fileURLToPath(import.meta.url))
const out = join(here, '../../src/text')
const zoneTab = process.argv[2] ?? '/usr/share/zoneinfo/zone.tab'

// The order of METADATA.md of libphonenumber-js.
const types = ['FIXED_LINE', 'MOBILE', 'TOLL_FREE', 'PREMIUM_RATE', 'PERSONAL_NUMBER', 'VOICEMAIL', 'UAN', 'PAGER',
  'VOIP', 'SHARED_COST']

// Regions with several entries in zone.tab whose clocks agree for everybody who has a phone there: China has one legal
// time, Büsingen keeps Berlin's, Kuching keeps Kuala Lumpur's.
const zones = { CN: 'Asia/Shanghai', DE: 'Europe/Berlin', MY: 'Asia/Kuala_Lumpur' }
const seen = {}
for (const line of readFileSync(zoneTab, 'utf8').split('\n')) {
  if (line === '' || line.startsWith('#')) continue
  const [region, , zone] = line.split('\t')
  seen[region] = [...(seen[region] ?? []), zone]
}
for (const [region, list] of Object.entries(seen)) if (list.length === 1) zones[region] ??= list[0]

const text = (s) => (s ? `R"(${s})"` : 'nullptr')
const mask = (lengths) => '0x' + (lengths ?? []).reduce((m, n) => m | (1 << n), 0).toString(16)

function row(region, callingCode, m) {
  const kinds = types.map((_, i) => {
    const type = m[11] ? m[11][i] : 0
    if (!type) return '{nullptr, 0}'
    return `{R"(${type[0]})", ${mask(type[1])}}`
  })
  return `{"${region}", ${callingCode}, ${mask(m[3])}, "${zones[region] ?? ''}", ${text(m[1])}, ${text(m[7] || m[5])}, ` +
    `${text(m[8])}, ${text(m[10])},\n R"(${m[2]})",\n {${kinds.join(',\n  ')}}},`
}

const codes = Object.keys({ ...metadata.country_calling_codes, ...metadata.nonGeographic }).map(Number).sort((a, b) => a - b)
const rows = codes.flatMap((code) => {
  const regions = metadata.country_calling_codes[code]
  if (!regions) return [row('', code, metadata.nonGeographic[code])]
  return regions.map((region) => row(region, code, metadata.countries[region]))
})
writeFileSync(join(out, 'number_plan_data.inc'),
  `// Written by tools/numbering-plan from libphonenumber-js ${version} (metadata of libphonenumber, Apache-2.0); do not edit.\n` +
  '// region, calling code, lengths (bit n = n digits), zone, international prefix, national prefix, its transform, leading\n' +
  '// digits, any number, numbers of each type with their lengths. Rows of a calling code stand together, main region first.\n' +
  rows.join('\n') + '\n')

// Cases: every region's mobile example in several spellings, and the same with digits changed by a fixed generator.
let state = 1
const below = (n) => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0
  return Math.floor((state / 2 ** 32) * n)
}
const cases = []
function add(raw, region) {
  const number = parsePhoneNumberFromString(raw, { defaultCountry: region, extract: false })
  const valid = number?.isValid() ?? false
  cases.push(`{"${raw}", "${region}", "${valid ? number.number : ''}", "${valid ? number.country ?? '' : ''}", ` +
    `"${valid ? number.getType() : ''}"},`)
}
for (const region of Object.keys(metadata.countries)) {
  const code = metadata.countries[region][0]
  const national = examples[region]
  if (!national) continue
  add(`+${code}${national}`, 'CN')
  add(`+${code} (${national.slice(0, 2)}) ${national.slice(2, 5)}-${national.slice(5)}`, region)
  add(national, region)
  for (let i = 0; i < 4; ++i) {
    const digits = [...national]
    for (let k = 0; k < 3; ++k) digits[below(digits.length)] = String(below(10))
    add(`+${code}${digits.join('')}`, 'CN')
  }
}
writeFileSync(join(out, 'number_plan_cases.inc'),
  `// Written by tools/numbering-plan: raw, default region and the answer of libphonenumber-js ${version}: E.164 (empty when\n` +
  '// invalid), region, type. Do not edit.\n' + cases.join('\n') + '\n')
