-- SortLimit in no order, first 1000
-- CountSteps u1, u2, u3, p2 = quantiles 0.5, 0.9 from the previous to step 2, p3 = quantiles 0.5, 0.9 from the previous to step 3 by nothing
-- BestAttempts per user and group, ORDERED within 604800 seconds, the furthest and then the earliest, with the time of each step
SELECT
  countIf(missed <= 2) AS u1,
  countIf(missed <= 1) AS u2,
  countIf(missed <= 0) AS u3,
  quantilesExactInclusiveIf(0.5, 0.9)(arrayElement(way, 1) - begin, missed <= 1) AS p2,
  quantilesExactInclusiveIf(0.5, 0.9)(arrayElement(way, 2) - arrayElement(way, 1), missed <= 0) AS p3
FROM (
  SELECT
    arrayMin(misses) AS missed,
    arrayElement(begins, indexOf(misses, arrayMin(misses))) AS begin,
    arrayElement(ways, indexOf(misses, arrayMin(misses))) AS way
  FROM (
    SELECT
      arrayFilter((value, code) -> NOT bitTest(code, 4), times, codes) AS begins,
      arrayFilter((value, code) -> NOT bitTest(code, 4), arrayPopFront(ways2), codes) AS ways,
      arrayMap((time) -> time + 604800000, begins) AS untils,
      arrayMap((until, way) -> 2 - arrayCount((time) -> time <= until, way), untils, ways) AS misses
    FROM (
      SELECT
        codes,
        times,
        arrayReverseFill((way) -> notEmpty(way), arrayPushBack(arrayMap((code, time, way) -> if(bitTest(code, 1), arrayPushFront(way, time), emptyArrayUInt64()), codes, times, arrayPopFront(ways3)), array(1125899906842624))) AS ways2
      FROM (
        SELECT
          codes,
          times,
          arrayReverseFill((way) -> notEmpty(way), arrayPushBack(arrayMap((code, time) -> if(bitTest(code, 2), arrayPushFront(array(1125899906842624), time), emptyArrayUInt64()), codes, times), array(1125899906842624))) AS ways3
        FROM (
          SELECT
            codes,
            arrayMap((code) -> bitShiftRight(code, 5), codes) AS times
          FROM (
            SELECT
              arraySort(groupArray(code)) AS codes
            FROM (
              -- CollectSteps per user: step 1 (event in ["install"] and not refund), step 2 (event in ["sign_up"] and not refund), step 3 (event in ["purchase"] and not refund); beginning before 2026-04-01T00:00:00.000Z with the first, where all, by nothing
              -- ScanEvents of tenant TENANT, from 2026-02-01T00:00:00.000Z until before 2026-04-08T00:00:00.000Z, where (known user and not refund and event in ["install", "sign_up", "purchase"])
              SELECT
                `user_id`,
                ((((toUInt64(toUnixTimestamp64Milli(`occurred_at`)) * 32) + (toUInt64((`event` = {p1:String}) AND (NOT `is_refund`)) * 1)) + (toUInt64((`event` = {p2:String}) AND (NOT `is_refund`)) * 2)) + (toUInt64((`event` = {p3:String}) AND (NOT `is_refund`)) * 4)) + (toUInt64(NOT ((`occurred_at` < {p4:DateTime64(3, 'UTC')}) AND ((`event` = {p1:String}) AND (NOT `is_refund`)))) * 16) AS code
              FROM `events`
              WHERE `tenant_id` = {p5:UUID} AND
                `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
                `occurred_at` < {p7:DateTime64(3, 'UTC')} AND
                `user_id` != {p8:String} AND
                (NOT `is_refund`) AND
                `event` IN {p9:Array(String)}
            )
            GROUP BY `user_id`
            HAVING (NOT bitTest(groupBitAnd(code), 4))
          )
        )
      )
    )
  )
)
LIMIT 1001
-- p1 String = "install"
-- p2 String = "sign_up"
-- p3 String = "purchase"
-- p4 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p5 UUID = "TENANT"
-- p6 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p7 DateTime64(3, 'UTC') = "2026-04-08 00:00:00.000"
-- p8 String = ""
-- p9 Array(String) = ["install","sign_up","purchase"]
