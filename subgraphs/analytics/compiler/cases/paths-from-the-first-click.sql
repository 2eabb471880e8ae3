-- SortLimit conversions DESC, path ASC, first 100
-- CountEventPaths by path, with totals
SELECT
  path AS path,
  count() AS conversions
FROM (
  SELECT
    arrayStringConcat(arraySlice(arrayMap((row) -> substring(row, position(row, char(0), 9) + 1, (position(row, char(0), position(row, char(0), 9) + 1) + 1) - (position(row, char(0), 9) + 1)), rows), 1, 3)) AS path
  FROM (
    SELECT
      arrayFilter((row, place) -> (place = 1) OR (NOT endsWith(row, {p1:String})), begun, arrayEnumerate(begun)) AS rows
    FROM (
      SELECT
        arraySlice(rows, arrayFirstIndex((row) -> NOT endsWith(row, {p2:String}), rows)) AS begun
      FROM (
        -- CollectEventPaths per user from the first row on where (known user and event in ["click"] and not refund and channel in ["social"]), steps where (known user and touch is none), the first 3
        -- ScanEvents of tenant TENANT, from 2026-03-01T00:00:00.000Z until before 2026-04-10T00:00:00.000Z, where ((known user and touch is none) or (known user and event in ["click"] and not refund and channel in ["social"]))
        SELECT
          `user_id`,
          arraySort(groupArray(concat(reinterpretAsFixedString(byteSwap(toUInt64(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208))), `event_id`, char(0), `event`, char(0), toString(toUInt8((`user_id` != {p3:String}) AND (`event` = {p4:String}) AND (NOT `is_refund`) AND (`channel` = {p5:String})) + toUInt8(NOT ((`user_id` != {p3:String}) AND (`touch` = {p6:String}))))))) AS rows
        FROM `events`
        WHERE `tenant_id` = {p7:UUID} AND
          `occurred_at` >= {p8:DateTime64(3, 'UTC')} AND
          `occurred_at` < {p9:DateTime64(3, 'UTC')} AND
          (((`user_id` != {p3:String}) AND (`touch` = {p6:String})) OR ((`user_id` != {p3:String}) AND (`event` = {p4:String}) AND (NOT `is_refund`) AND (`channel` = {p5:String})))
        GROUP BY `user_id`
        HAVING countIf((`user_id` != {p3:String}) AND (`event` = {p4:String}) AND (NOT `is_refund`) AND (`channel` = {p5:String})) > 0
      )
    )
  )
)
GROUP BY path WITH TOTALS
ORDER BY conversions DESC, path ASC
LIMIT 101
-- p1 String = "2"
-- p2 String = "0"
-- p3 String = ""
-- p4 String = "click"
-- p5 String = "social"
-- p6 String = "none"
-- p7 UUID = "TENANT"
-- p8 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p9 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
