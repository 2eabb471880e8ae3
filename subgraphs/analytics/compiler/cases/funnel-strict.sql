-- SortLimit in no order, first 1000
-- CountSteps u1, u2, u3, p2 = quantiles 0.9 from the previous to step 2, p3 = quantiles 0.9 from the previous to step 3 by nothing
-- BestAttempts per user and group, STRICT within 2592000 seconds, the furthest and then the earliest, with the time of each step
SELECT
  countIf(missed <= 2) AS u1,
  countIf(missed <= 1) AS u2,
  countIf(missed <= 0) AS u3,
  quantilesExactInclusiveIf(0.9)(arrayElement(way, 1) - begin, missed <= 1) AS p2,
  quantilesExactInclusiveIf(0.9)(arrayElement(way, 2) - arrayElement(way, 1), missed <= 0) AS p3
FROM (
  SELECT
    arrayMin(misses) AS missed,
    arrayElement(begins, indexOf(misses, arrayMin(misses))) AS begin,
    arrayElement(ways, indexOf(misses, arrayMin(misses))) AS way
  FROM (
    SELECT
      arrayFilter((value, code) -> NOT bitTest(code, 4), times, codes) AS begins,
      arrayFilter((value, code) -> NOT bitTest(code, 4), arrayMap((way, next, instant) -> if((next - instant) <= 1, way, array(1125899906842624)), arrayPopFront(ways2), arrayPopFront(next2), instants), codes) AS ways,
      arrayMap((time) -> time + 2592000000, begins) AS untils,
      arrayMap((until, way) -> 2 - arrayCount((time) -> time <= until, way), untils, ways) AS misses
    FROM (
      SELECT
        codes,
        times,
        instants,
        arrayReverseFill((way) -> notEmpty(way), arrayPushBack(arrayMap((code, time, way, next, instant) -> if(bitTest(code, 1), arrayPushFront(if((next - instant) <= 1, way, array(1125899906842624)), time), emptyArrayUInt64()), codes, times, arrayPopFront(ways3), arrayPopFront(next3), instants), array(1125899906842624))) AS ways2,
        arrayReverseFill((value) -> value != 0, arrayPushBack(arrayMap((code, instant) -> if(bitTest(code, 1), instant, 0), codes, instants), 1125899906842624)) AS next2
      FROM (
        SELECT
          codes,
          times,
          instants,
          arrayReverseFill((way) -> notEmpty(way), arrayPushBack(arrayMap((code, time) -> if(bitTest(code, 2), arrayPushFront(array(1125899906842624), time), emptyArrayUInt64()), codes, times), array(1125899906842624))) AS ways3,
          arrayReverseFill((value) -> value != 0, arrayPushBack(arrayMap((code, instant) -> if(bitTest(code, 2), instant, 0), codes, instants), 1125899906842624)) AS next3
        FROM (
          SELECT
            codes,
            arrayMap((code) -> bitShiftRight(code, 5), codes) AS times,
            arrayCumSum(arrayMap((time, before) -> time != before, times, arrayPushFront(arrayPopBack(times), 0))) AS instants
          FROM (
            SELECT
              arraySort(groupArray(code)) AS codes
            FROM (
              -- CollectSteps per user: step 1 (event in ["session"] and not refund), step 2 (event in ["purchase"] and not refund), step 3 (event in ["session"] and not refund); beginning before 2026-04-01T00:00:00.000Z with the first, where all, by nothing
              -- ScanEvents of tenant TENANT, from 2026-02-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and (touch is none or event in ["session", "purchase"]))
              SELECT
                `user_id`,
                ((((toUInt64(toUnixTimestamp64Milli(`occurred_at`)) * 32) + (toUInt64((`event` = {p1:String}) AND (NOT `is_refund`)) * 1)) + (toUInt64((`event` = {p2:String}) AND (NOT `is_refund`)) * 2)) + (toUInt64((`event` = {p1:String}) AND (NOT `is_refund`)) * 4)) + (toUInt64(NOT ((`occurred_at` < {p3:DateTime64(3, 'UTC')}) AND ((`event` = {p1:String}) AND (NOT `is_refund`)))) * 16) AS code
              FROM `events`
              WHERE `tenant_id` = {p4:UUID} AND
                `occurred_at` >= {p5:DateTime64(3, 'UTC')} AND
                `occurred_at` < {p6:DateTime64(3, 'UTC')} AND
                `user_id` != {p7:String} AND
                ((`touch` = {p8:String}) OR (`event` IN {p9:Array(String)}))
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
-- p1 String = "session"
-- p2 String = "purchase"
-- p3 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p4 UUID = "TENANT"
-- p5 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p6 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p7 String = ""
-- p8 String = "none"
-- p9 Array(String) = ["session","purchase"]
