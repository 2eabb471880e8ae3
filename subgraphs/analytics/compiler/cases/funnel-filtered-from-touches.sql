-- SortLimit in no order, first 1000
-- CountSteps u1, u2, u3 by nothing
-- BestAttempts per user and group, ORDERED within 1209600 seconds, only how far
SELECT
  countIf(missed <= 2) AS u1,
  countIf(missed <= 1) AS u2,
  countIf(missed <= 0) AS u3
FROM (
  SELECT
    2 - ((arrayMax(since3) != 0) + has2) AS missed
  FROM (
    SELECT
      codes,
      times,
      arrayFill((value) -> value != 0, arrayMap((code, time, since) -> if(bitTest(code, 2) AND (since != 0) AND ((time - since) <= 1209600000), since, 0), codes, times, arrayPushFront(arrayPopBack(since2), 0))) AS since3,
      arrayMax(since2) != 0 AS has2
    FROM (
      SELECT
        codes,
        times,
        arrayFill((value) -> value != 0, arrayMap((code, time, since) -> if(bitTest(code, 1) AND (since != 0) AND ((time - since) <= 1209600000), since, 0), codes, times, arrayPushFront(arrayPopBack(since1), 0))) AS since2
      FROM (
        SELECT
          codes,
          times,
          arrayFill((value) -> value != 0, arrayMap((code, time) -> if(bitTest(code, 4), 0, time), codes, times)) AS since1
        FROM (
          SELECT
            codes,
            arrayMap((code) -> bitShiftRight(code, 5), codes) AS times
          FROM (
            SELECT
              arraySort(groupArray(code)) AS codes
            FROM (
              -- CollectSteps per user: step 1 (event in ["impression"] and not refund), step 2 (event in ["click"] and not refund), step 3 (event in ["purchase"] and not refund and app_version in ["1.1", "2.0"]); beginning before 2026-04-01T00:00:00.000Z with the first, where ((channel in ["social"] or campaign_id in ["spring"]) and not country in [""]), by nothing
              -- ScanEvents of tenant TENANT, from 2026-02-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and not refund and (event in ["impression", "click"] or (event in ["purchase"] and app_version in ["1.1", "2.0"])))
              SELECT
                `user_id`,
                ((((toUInt64(toUnixTimestamp64Milli(`occurred_at`)) * 32) + (toUInt64((`event` = {p1:String}) AND (NOT `is_refund`)) * 1)) + (toUInt64((`event` = {p2:String}) AND (NOT `is_refund`)) * 2)) + (toUInt64((`event` = {p3:String}) AND (NOT `is_refund`) AND (`app_version` IN {p4:Array(String)})) * 4)) + (toUInt64(NOT ((`occurred_at` < {p5:DateTime64(3, 'UTC')}) AND ((`event` = {p1:String}) AND (NOT `is_refund`)) AND ((`channel` = {p6:String}) OR (`campaign_id` = {p7:String})) AND (NOT (`country` = {p8:String})))) * 16) AS code
              FROM `events`
              WHERE `tenant_id` = {p9:UUID} AND
                `occurred_at` >= {p10:DateTime64(3, 'UTC')} AND
                `occurred_at` < {p11:DateTime64(3, 'UTC')} AND
                `user_id` != {p8:String} AND
                (NOT `is_refund`) AND
                ((`event` IN {p12:Array(String)}) OR ((`event` = {p3:String}) AND (`app_version` IN {p4:Array(String)})))
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
-- p1 String = "impression"
-- p2 String = "click"
-- p3 String = "purchase"
-- p4 Array(String) = ["1.1","2.0"]
-- p5 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p6 String = "social"
-- p7 String = "spring"
-- p8 String = ""
-- p9 UUID = "TENANT"
-- p10 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p11 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p12 Array(String) = ["impression","click"]
