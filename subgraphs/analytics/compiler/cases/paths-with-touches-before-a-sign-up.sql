-- SortLimit conversions DESC, users DESC, path ASC, first 20
-- CountEventPaths by path, with users
SELECT
  path AS path,
  count() AS conversions,
  uniqExact(user_id) AS users
FROM (
  SELECT
    user_id,
    arrayStringConcat(arraySlice(arrayMap((row) -> substring(row, position(row, char(0), 9) + 1), arrayFilter((row) -> row >= since, arrayPopBack(segment))), -8)) AS path
  FROM (
    SELECT
      user_id,
      segment,
      reinterpretAsFixedString(byteSwap(toUInt64(((toInt64(byteSwap(reinterpretAsUInt64(substring(arrayElement(segment, -1), 1, 8)))) - 8796093022208) - 604800000) + 8796093022208))) AS since
    FROM (
      SELECT
        user_id,
        arrayReverseSplit((row) -> substring(row, -1) != char(0), rows) AS segments
      FROM (
        -- CollectEventPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["sign_up"] and not refund and country in ["DE", "US"]): since the one before it and within 7 days, steps where (known user and not platform in ["ios"]), the last 8
        -- ScanEvents of tenant TENANT, from 2026-02-22T00:00:00.000Z until before 2026-04-10T00:00:00.000Z, where ((known user and not platform in ["ios"]) or (known user and event in ["sign_up"] and not refund and country in ["DE", "US"]))
        SELECT
          `user_id`,
          arraySort(groupArray(concat(reinterpretAsFixedString(byteSwap(toUInt64(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208))), `event_id`, char(0), if((`user_id` != {p1:String}) AND (`event` = {p2:String}) AND (NOT `is_refund`) AND (`country` IN {p3:Array(String)}), if(`occurred_at` >= {p4:DateTime64(3, 'UTC')}, {p5:String}, {p6:String}), concat(`event`, char(0)))))) AS rows
        FROM `events`
        WHERE `tenant_id` = {p7:UUID} AND
          `occurred_at` >= {p8:DateTime64(3, 'UTC')} AND
          `occurred_at` < {p9:DateTime64(3, 'UTC')} AND
          (((`user_id` != {p1:String}) AND (NOT (`platform` = {p10:String}))) OR ((`user_id` != {p1:String}) AND (`event` = {p2:String}) AND (NOT `is_refund`) AND (`country` IN {p3:Array(String)})))
        GROUP BY `user_id`
        HAVING countIf((`occurred_at` >= {p4:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p2:String}) AND (NOT `is_refund`) AND (`country` IN {p3:Array(String)}))) > 0
      )
    )
    ARRAY JOIN segments AS segment
    WHERE endsWith(arrayElement(segment, -1), {p5:String})
  )
)
GROUP BY path
ORDER BY conversions DESC, users DESC, path ASC
LIMIT 21
-- p1 String = ""
-- p2 String = "sign_up"
-- p3 Array(String) = ["DE","US"]
-- p4 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p5 String = "1"
-- p6 String = "2"
-- p7 UUID = "TENANT"
-- p8 DateTime64(3, 'UTC') = "2026-02-22 00:00:00.000"
-- p9 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
-- p10 String = "ios"
