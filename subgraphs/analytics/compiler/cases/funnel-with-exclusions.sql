-- SortLimit g1 ASC, g2 ASC, first 6
-- CountSteps u1, u2, u3, p2 = quantiles 0.5 from the previous to step 2, p3 = quantiles 0.5 from the previous to step 3 by g1, g2
-- BestAttempts per user and group, ORDERED within 2592000 seconds, the furthest and then the earliest, with the time of each step
SELECT
  arrayElement(splitByChar(char(0), best_text), 1) AS g1,
  arrayElement(splitByChar(char(0), best_text), 2) AS g2,
  countIf(missed <= 2) AS u1,
  countIf(missed <= 1) AS u2,
  countIf(missed <= 0) AS u3,
  quantilesExactInclusiveIf(0.5)(arrayElement(way, 1) - begin, missed <= 1) AS p2,
  quantilesExactInclusiveIf(0.5)(arrayElement(way, 2) - arrayElement(way, 1), missed <= 0) AS p3
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
        arrayFilter((value, code) -> NOT bitTest(code, 4), times, codes) AS begins,
        arrayFilter((value, code) -> NOT bitTest(code, 4), arrayPopFront(ways2), codes) AS ways,
        arrayMap((time, ended) -> least(time + 2592000000, ended), begins, arrayFilter((value, code) -> NOT bitTest(code, 4), arrayPopFront(arrayReverseFill((value) -> value != 0, arrayPushBack(arrayMap((code, time) -> if(bitTest(code, 3), time, 0), codes, times), 1125899906842624))), codes)) AS untils,
        arrayMap((until, way) -> 2 - arrayCount((time) -> time <= until, way), untils, ways) AS misses,
        arrayMap((start) -> tupleElement(start, 2), starts) AS texts
      FROM (
        SELECT
          codes,
          times,
          starts,
          arrayReverseFill((way) -> notEmpty(way), arrayPushBack(arrayMap((code, time, way) -> if(bitTest(code, 1), arrayPushFront(way, time), emptyArrayUInt64()), codes, times, arrayPopFront(ways3)), array(1125899906842624))) AS ways2
        FROM (
          SELECT
            codes,
            times,
            starts,
            arrayReverseFill((way) -> notEmpty(way), arrayPushBack(arrayMap((code, time) -> if(bitTest(code, 2), arrayPushFront(array(1125899906842624), time), emptyArrayUInt64()), codes, times), array(1125899906842624))) AS ways3
          FROM (
            SELECT
              codes,
              starts,
              arrayMap((code) -> bitShiftRight(code, 5), codes) AS times
            FROM (
              SELECT
                arraySort(groupArray(code)) AS codes,
                arraySort(groupArrayIf(tuple(code, text), NOT bitTest(code, 4))) AS starts
              FROM (
                -- CollectSteps per user: step 1 (event in ["install"] and not refund), step 2 (event in ["session"] and not refund), step 3 (event in ["purchase"] and not refund); beginning before 2026-04-01T00:00:00.000Z with the first, where all, by g1 = app_id, g2 = channel, ended by (event in ["refund"] or (event in ["level_up"] and property "mode" in ["easy"]))
                -- ScanEvents of tenant TENANT, from 2026-02-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((event in ["install"] and not refund) or (event in ["session"] and not refund) or (event in ["purchase"] and not refund) or event in ["refund"] or (event in ["level_up"] and property "mode" in ["easy"])))
                SELECT
                  `user_id`,
                  (((((toUInt64(toUnixTimestamp64Milli(`occurred_at`)) * 32) + (toUInt64((`event` = {p1:String}) AND (NOT `is_refund`)) * 1)) + (toUInt64((`event` = {p2:String}) AND (NOT `is_refund`)) * 2)) + (toUInt64((`event` = {p3:String}) AND (NOT `is_refund`)) * 4)) + (toUInt64((`event` = {p4:String}) OR ((`event` = {p5:String}) AND (identity(`properties`)[{p6:String}] = {p7:String}))) * 8)) + (toUInt64(NOT ((`occurred_at` < {p8:DateTime64(3, 'UTC')}) AND ((`event` = {p1:String}) AND (NOT `is_refund`)))) * 16) AS code,
                  concat(toString(`app_id`), char(0), `channel`) AS text
                FROM `events`
                WHERE `tenant_id` = {p9:UUID} AND
                  `occurred_at` >= {p10:DateTime64(3, 'UTC')} AND
                  `occurred_at` < {p11:DateTime64(3, 'UTC')} AND
                  `user_id` != {p12:String} AND
                  (((`event` = {p1:String}) AND (NOT `is_refund`)) OR ((`event` = {p2:String}) AND (NOT `is_refund`)) OR ((`event` = {p3:String}) AND (NOT `is_refund`)) OR (`event` = {p4:String}) OR ((`event` = {p5:String}) AND (identity(`properties`)[{p6:String}] = {p7:String})))
              )
              GROUP BY `user_id`
              HAVING (NOT bitTest(groupBitAnd(code), 4))
            )
          )
        )
      )
    )
  )
  ARRAY JOIN arrayFilter((attempt, nth) -> nth = 1, attempts, arrayEnumerateUniq(arrayMap((attempt) -> tupleElement(attempt, 1), attempts))) AS best
)
GROUP BY g1, g2
ORDER BY empty(g1) ASC, g1 ASC, empty(g2) ASC, g2 ASC
LIMIT 7
-- p1 String = "install"
-- p2 String = "session"
-- p3 String = "purchase"
-- p4 String = "refund"
-- p5 String = "level_up"
-- p6 String = "mode"
-- p7 String = "easy"
-- p8 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p9 UUID = "TENANT"
-- p10 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p11 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p12 String = ""
