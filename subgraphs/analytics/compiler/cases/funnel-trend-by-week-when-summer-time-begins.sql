-- SortLimit g1 ASC, first 1000
-- CountSteps u1, u2 by g1
-- BestAttempts per user and group, ORDERED within 259200 seconds, the furthest and then the earliest
SELECT
  best_text AS g1,
  countIf(missed <= 1) AS u1,
  countIf(missed <= 0) AS u2
FROM (
  SELECT
    tupleElement(best, 1) AS best_text,
    tupleElement(best, 2) AS missed
  FROM (
    SELECT
      arraySort(arrayZip(texts, misses)) AS attempts
    FROM (
      SELECT
        arrayFilter((value, code) -> NOT bitTest(code, 3), times, codes) AS begins,
        arrayFilter((value, code) -> NOT bitTest(code, 3), arrayPopFront(ways2), codes) AS ways,
        arrayMap((time) -> time + 259200000, begins) AS untils,
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
              -- CollectSteps per user: step 1 (event in ["session"] and not refund), step 2 (event in ["level_up"] and not refund and property "mode" in ["hard"]); beginning before 2026-04-10T09:30:00.000Z with the first, where all, by g1 = WEEK in Europe/Berlin
              -- ScanEvents of tenant TENANT, from 2026-03-01T23:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and not refund and (event in ["session"] or (event in ["level_up"] and property "mode" in ["hard"])))
              SELECT
                `user_id`,
                (((toUInt64(toUnixTimestamp64Milli(`occurred_at`)) * 16) + (toUInt64((`event` = {p1:String}) AND (NOT `is_refund`)) * 1)) + (toUInt64((`event` = {p2:String}) AND (NOT `is_refund`) AND (identity(`properties`)[{p3:String}] = {p4:String})) * 2)) + (toUInt64(NOT ((`occurred_at` < {p5:DateTime64(3, 'UTC')}) AND ((`event` = {p1:String}) AND (NOT `is_refund`)))) * 8) AS code,
                toString(toString(toMonday(`occurred_at`, {p6:String}))) AS text
              FROM `events`
              WHERE `tenant_id` = {p7:UUID} AND
                `occurred_at` >= {p8:DateTime64(3, 'UTC')} AND
                `occurred_at` < {p5:DateTime64(3, 'UTC')} AND
                `user_id` != {p9:String} AND
                (NOT `is_refund`) AND
                ((`event` = {p1:String}) OR ((`event` = {p2:String}) AND (identity(`properties`)[{p3:String}] = {p4:String})))
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
GROUP BY g1
ORDER BY g1 ASC
LIMIT 1001
-- p1 String = "session"
-- p2 String = "level_up"
-- p3 String = "mode"
-- p4 String = "hard"
-- p5 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p6 String = "Europe/Berlin"
-- p7 UUID = "TENANT"
-- p8 DateTime64(3, 'UTC') = "2026-03-01 23:00:00.000"
-- p9 String = ""
