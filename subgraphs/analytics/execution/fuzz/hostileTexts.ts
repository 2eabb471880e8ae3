import * as fc from 'fast-check'

/** Stands in every hostile text, and nowhere else: where it is found, a caller's text has come. */
export const MARK = 'zq7hostile'

/** Around the mark; each tries to be something else than a value. */
const shapes: readonly ((mark: string) => string)[] = [
  (mark) => mark,
  (mark) => `'${mark}`,
  (mark) => `'; DROP TABLE events; -- ${mark}`,
  (mark) => `' OR 1 = 1 -- ${mark}`,
  (mark) => `\\'${mark}\\`,
  (mark) => `\\\\' ${mark} \\x27 \\u0027`,
  (mark) => `"${mark}"`,
  (mark) => `\`${mark}\``,
  (mark) => `\`tenant_id\`) OR (${mark}`,
  (mark) => `/* ${mark}`,
  (mark) => `*/ ${mark} /*`,
  (mark) => `-- ${mark}`,
  (mark) => `# ${mark}`,
  (mark) => `${mark}\nSETTINGS log_comment = 'x'`,
  (mark) => `${mark}\r\nFORMAT Null`,
  (mark) => `${mark}\u2028UNION ALL SELECT 1\u2029\u0085\u000b\f`,
  (mark) => `${mark}\0 after`,
  (mark) => `\0${mark}`,
  (mark) => `${mark}\u001b[2J\b\u007f`,
  (mark) => `{p1:String}${mark}`,
  (mark) => `{p1:UUID} ${mark} {p999:Identifier}`,
  (mark) => `${mark}{{p1:String}}`,
  (mark) => `%s%n%d%1$s${mark}`,
  (mark) => `$${mark} \${${mark}} $1 $& $\``,
  (mark) => `$$${mark}$$`,
  (mark) => `%_${mark}%_\\%`,
  (mark) => `%27${mark}%00%0A&param_p1=x&query=SELECT%201`,
  (mark) => `&param_p1=${mark}&database=system#`,
  (mark) => `${mark}\t\\N\tNULL`,
  (mark) => `['${mark}','b']`,
  (mark) => `', '${mark}']`,
  (mark) => `(SELECT ${mark} FROM system.tables)`,
  (mark) => `url('http://127.0.0.1/${mark}')`,
  (mark) => `m1 ${mark} g1`,
  (mark) => `__proto__.${mark}`,
  // Looks like ASCII, and is not: a fullwidth apostrophe, a Greek question mark, Cyrillic letters, letters that fold.
  (mark) => `\uff07\u02bc\u2019${mark}\u037e \u0405\u0415L\u0415\u0421\u0422 \u212a\u017f\u0131\u0130`,
  (mark) => `\u{1d4ae}\u{1d438}\u{1f4a3}${mark}\u{10ffff}`,
  (mark) => `\u202e${mark}\u2066\u200b\ufeff\u0000`,
  (mark) => `e\u0301\u00e9${mark}\ufdd0\ufffe`,
  (mark) => `\ud800${mark}`,
  (mark) => `${mark}\udc00\ud83d`,
  (mark) => `${mark}${'x'.repeat(89)}`,
  (mark) => `${'\u{1f4a3}'.repeat(40)}'${mark}`,
  (mark) => `${mark}${"'".repeat(5_000)}`,
  (mark) => `${mark}${'\\'.repeat(30_000)}`,
  (mark) => `${mark}${'\u{1f4a3}'.repeat(60_000)}`,
]

/** Words that a place of some kind would take without the mark: a zone, a measure, an id, an instant, a cursor. */
const near = ['Europe/Berlin', 'revenue', 'm0', '50000000-0000-4000-8000-000000000001', '2026-01-01T00:00:00Z', 'eyJ2IjoxfQ', 'purchase', 'level', '12.5']

/** A text with the mark that no question should be able to say anything with; several of a question differ by their number. */
export const randomHostileText: fc.Arbitrary<string> = fc.tuple(fc.nat(9), hostileShape()).map(([number, shape]) => shape(`${MARK}${number}`))

/** Every shape once, for what is asked of each of them. */
export const hostileTexts: readonly string[] = shapes.map((shape, i) => shape(`${MARK}${i}`))

function hostileShape(): fc.Arbitrary<(mark: string) => string> {
  const aroundWord = fc.tuple(fc.constantFrom(...near), fc.constantFrom("'", '\n', '\0', '/', ' ', '\ud800', ';', '`'), fc.boolean()).map(
    ([word, between, isBefore]) =>
      (mark: string) =>
        isBefore ? `${mark}${between}${word}` : `${word}${between}${mark}`,
  )
  const noise = fc.tuple(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: 'binary-ascii', maxLength: 40 })).map(
    ([before, after]) =>
      (mark: string) =>
        `${before}${mark}${after}`,
  )
  return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...shapes) }, { weight: 1, arbitrary: aroundWord }, { weight: 2, arbitrary: noise })
}
