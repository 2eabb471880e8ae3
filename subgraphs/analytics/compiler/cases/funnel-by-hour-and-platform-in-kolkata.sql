-- SortLimit g1 ASC, g2 ASC, first 20
-- CountSteps u1, u2, f2 = quantiles 0.5 from the first to step 2 by g1, g2
-- BestAttempts per user and group, ORDERED within 1209600 seconds, the furthest and then the earliest, with the time of each step
SELECT
  toInt64(arrayElement(splitByChar(char(0), best_text), 1)) AS g1,
  arrayElement(splitByChar(char(0), best_text), 2) AS g2,
  countIf(missed <= 1) AS u1,
  countIf(missed <= 0) AS u2,
  quantilesExactInclusiveIf(0.5)(arrayElement(way, 1) - begin, missed <= 0) AS f2
FROM (
  SELECT
    tupleElement(best, 1) AS best_text,
    tupleElement(best, 2) AS missed,
    tupleElement(best, 3) AS begin,
    tupleElement(best, 4) AS way
  FROM (
    SELECT
      arraySort(arrayZip(texts, misses, begins, ways)) AS attempts
    FROM (
      SELECT
        arrayFilter((value, code) -> NOT bitTest(code, 3), times, codes) AS begins,
        arrayFilter((value, code) -> NOT bitTest(code, 3), arrayPopFront(ways2), codes) AS ways,
        arrayMap((time) -> time + 1209600000, begins) AS untils,
        arrayMap((until, way) -> 1 - arrayCount((time) -> time <= until, way), untils, ways) AS misses,
        arrayMap((start) -> tupleElement(start, 2), starts) AS texts
      FROM (
        SELECT
          codes,
          times,
          starts,
          arrayReverseFill((way) -> notEmpty(way), arrayPushBack(arrayMap((code, time) -> if(bitTest(code, 1), arrayPushFront(array(1125899906842624), time), emptyArrayUInt64()), codes, times), array(1125899906842624))) AS ways2
        FROM (
          SELECT
            codes,
            starts,
            arrayMap((code) -> bitShiftRight(code, 4), codes) AS times
          FROM (
            SELECT
              arraySort(groupArray(code)) AS codes,
              arraySort(groupArrayIf(tuple(code, text), NOT bitTest(code, 3))) AS starts
            FROM (
              -- CollectSteps per user: step 1 (event in ["session"] and not refund), step 2 (event in ["purchase"] and not refund); beginning before 2026-03-08T00:00:00.000Z with the first, where all, by g1 = HOUR in Asia/Calcutta, g2 = platform
              -- ScanEvents of tenant TENANT, from 2026-03-01T00:00:00.000Z until before 2026-03-22T00:00:00.000Z, where (known user and not refund and event in ["session", "purchase"])
              SELECT
                `user_id`,
                (((toUInt64(toUnixTimestamp64Milli(`occurred_at`)) * 16) + (toUInt64((`event` = {p1:String}) AND (NOT `is_refund`)) * 1)) + (toUInt64((`event` = {p2:String}) AND (NOT `is_refund`)) * 2)) + (toUInt64(NOT ((`occurred_at` < {p3:DateTime64(3, 'UTC')}) AND ((`event` = {p1:String}) AND (NOT `is_refund`)))) * 8) AS code,
                concat(toString(toUnixTimestamp(`occurred_at`) - modulo(toUnixTimestamp(`occurred_at`) + timezoneOffset(toTimeZone(`occurred_at`, {p4:String})), 3600)), char(0), `platform`) AS text
              FROM `events`
              WHERE `tenant_id` = {p5:UUID} AND
                `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
                `occurred_at` < {p7:DateTime64(3, 'UTC')} AND
                `user_id` != {p8:String} AND
                (NOT `is_refund`) AND
                `event` IN {p9:Array(String)}
            )
            GROUP BY `user_id`
            HAVING (NOT bitTest(groupBitAnd(code), 3))
          )
        )
      )
    )
  )
  ARRAY JOIN arrayFilter((attempt, nth) -> nth = 1, attempts, arrayEnumerateUniq(arrayMap((attempt) -> tupleElement(attempt, 1), attempts))) AS best
)
GROUP BY g1, g2
ORDER BY g1 ASC, empty(g2) ASC, g2 ASC
LIMIT 21
-- p1 String = "session"
-- p2 String = "purchase"
-- p3 DateTime64(3, 'UTC') = "2026-03-08 00:00:00.000"
-- p4 String = "Asia/Calcutta"
-- p5 UUID = "TENANT"
-- p6 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p7 DateTime64(3, 'UTC') = "2026-03-22 00:00:00.000"
-- p8 String = ""
-- p9 Array(String) = ["session","purchase"]
