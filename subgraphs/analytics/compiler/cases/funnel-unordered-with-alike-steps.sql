-- SortLimit g1 ASC, first 1000
-- CountSteps u1, u2, u3, u4, p2 = quantiles 0.5 from the previous to step 2, p3 = quantiles 0.5 from the previous to step 3, p4 = quantiles 0.5 from the previous to step 4, f2 = quantiles 0.5 from the first to step 2, f3 = quantiles 0.5 from the first to step 3, f4 = quantiles 0.5 from the first to step 4 by g1
-- BestAttempts per user and group, UNORDERED within 1209600 seconds, the furthest and then the earliest, with the time of each step
SELECT
  best_text AS g1,
  countIf(missed <= 3) AS u1,
  countIf(missed <= 2) AS u2,
  countIf(missed <= 1) AS u3,
  countIf(missed <= 0) AS u4,
  quantilesExactInclusiveIf(0.5)(arrayElement(way, 1) - begin, missed <= 2) AS p2,
  quantilesExactInclusiveIf(0.5)(arrayElement(way, 2) - arrayElement(way, 1), missed <= 1) AS p3,
  quantilesExactInclusiveIf(0.5)(arrayElement(way, 3) - arrayElement(way, 2), missed <= 0) AS p4,
  quantilesExactInclusiveIf(0.5)(arrayElement(way, 1) - begin, missed <= 2) AS f2,
  quantilesExactInclusiveIf(0.5)(arrayElement(way, 2) - begin, missed <= 1) AS f3,
  quantilesExactInclusiveIf(0.5)(arrayElement(way, 3) - begin, missed <= 0) AS f4
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
        arrayFilter((value, code) -> NOT bitTest(code, 5), times, codes) AS begins,
        arrayMap((time1) -> time1, arrayFilter((value, code) -> NOT bitTest(code, 5), arrayPopBack(e1_3_1), codes)) AS l1_1,
        arrayMap((time1, time2, time3) -> greatest(time1, time2, time3), arrayFilter((value, code) -> NOT bitTest(code, 5), arrayPopBack(e1_1_1), codes), arrayFilter((value, code) -> NOT bitTest(code, 5), arrayPopBack(e1_2_1), codes), arrayFilter((value, code) -> NOT bitTest(code, 5), arrayPopBack(e1_3_2), codes)) AS l1_2,
        arrayMap((time1) -> time1, arrayFilter((value, code) -> NOT bitTest(code, 5), arrayPopBack(e2_1_1), codes)) AS l2_1,
        arrayMap((time1) -> time1, arrayFilter((value, code) -> NOT bitTest(code, 5), arrayPopBack(e2_1_2), codes)) AS l2_2,
        arrayMap((of_l1_1, of_l1_2, of_l2_1, of_l2_2) -> arrayPopFront(arraySort(array(of_l1_1, of_l1_2, of_l2_1, of_l2_2))), l1_1, l1_2, l2_1, l2_2) AS ways,
        arrayMap((time) -> time + 1209600000, begins) AS untils,
        arrayMap((until, way) -> 3 - arrayCount((time) -> time <= until, way), untils, ways) AS misses,
        arrayMap((start) -> tupleElement(start, 2), starts) AS texts
      FROM (
        SELECT
          codes,
          times,
          starts,
          e1_1_1,
          e1_2_1,
          e1_3_1,
          e2_1_1,
          arrayReverseFill((value) -> value != 0, arrayPushBack(arrayMap((code, value) -> if(bitAnd(code, 3) != 0, value, 0), codes, arrayPopFront(e1_3_1)), 1125899906842624)) AS e1_3_2,
          arrayReverseFill((value) -> value != 0, arrayPushBack(arrayMap((code, value) -> if(bitAnd(code, 4) != 0, value, 0), codes, arrayPopFront(e2_1_1)), 1125899906842624)) AS e2_1_2
        FROM (
          SELECT
            codes,
            times,
            starts,
            arrayReverseFill((value) -> value != 0, arrayPushBack(arrayMap((code, value) -> if(bitAnd(code, 1) != 0, value, 0), codes, times), 1125899906842624)) AS e1_1_1,
            arrayReverseFill((value) -> value != 0, arrayPushBack(arrayMap((code, value) -> if(bitAnd(code, 2) != 0, value, 0), codes, times), 1125899906842624)) AS e1_2_1,
            arrayReverseFill((value) -> value != 0, arrayPushBack(arrayMap((code, value) -> if(bitAnd(code, 3) != 0, value, 0), codes, times), 1125899906842624)) AS e1_3_1,
            arrayReverseFill((value) -> value != 0, arrayPushBack(arrayMap((code, value) -> if(bitAnd(code, 4) != 0, value, 0), codes, times), 1125899906842624)) AS e2_1_1
          FROM (
            SELECT
              codes,
              starts,
              arrayMap((code) -> bitShiftRight(code, 6), codes) AS times
            FROM (
              SELECT
                arraySort(groupArray(code)) AS codes,
                arraySort(groupArrayIf(tuple(code, text), NOT bitTest(code, 5))) AS starts
              FROM (
                -- CollectSteps per user: step 1 (event in ["purchase"] and not refund), step 2 (event in ["purchase"] and not refund and country in ["DE"]), step 3 (event in ["level_up"] and not refund), step 4 (event in ["level_up"] and not refund); beginning before 2026-04-01T00:00:00.000Z with any, where all, by g1 = country
                -- ScanEvents of tenant TENANT, from 2026-02-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and not refund and (event in ["purchase", "level_up"] or (event in ["purchase"] and country in ["DE"])))
                SELECT
                  `user_id`,
                  (((((toUInt64(toUnixTimestamp64Milli(`occurred_at`)) * 64) + (toUInt64((`event` = {p1:String}) AND (NOT `is_refund`)) * 1)) + (toUInt64((`event` = {p1:String}) AND (NOT `is_refund`) AND (`country` = {p2:String})) * 2)) + (toUInt64((`event` = {p3:String}) AND (NOT `is_refund`)) * 4)) + (toUInt64((`event` = {p3:String}) AND (NOT `is_refund`)) * 8)) + (toUInt64(NOT ((`occurred_at` < {p4:DateTime64(3, 'UTC')}) AND (((`event` = {p1:String}) AND (NOT `is_refund`)) OR ((`event` = {p1:String}) AND (NOT `is_refund`) AND (`country` = {p2:String})) OR ((`event` = {p3:String}) AND (NOT `is_refund`)) OR ((`event` = {p3:String}) AND (NOT `is_refund`))))) * 32) AS code,
                  toString(`country`) AS text
                FROM `events`
                WHERE `tenant_id` = {p5:UUID} AND
                  `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
                  `occurred_at` < {p7:DateTime64(3, 'UTC')} AND
                  `user_id` != {p8:String} AND
                  (NOT `is_refund`) AND
                  ((`event` IN {p9:Array(String)}) OR ((`event` = {p1:String}) AND (`country` = {p2:String})))
              )
              GROUP BY `user_id`
              HAVING (NOT bitTest(groupBitAnd(code), 5))
            )
          )
        )
      )
    )
  )
  ARRAY JOIN arrayFilter((attempt, nth) -> nth = 1, attempts, arrayEnumerateUniq(arrayMap((attempt) -> tupleElement(attempt, 1), attempts))) AS best
)
GROUP BY g1
ORDER BY empty(g1) ASC, g1 ASC
LIMIT 1001
-- p1 String = "purchase"
-- p2 String = "DE"
-- p3 String = "level_up"
-- p4 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p5 UUID = "TENANT"
-- p6 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p7 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p8 String = ""
-- p9 Array(String) = ["purchase","level_up"]
