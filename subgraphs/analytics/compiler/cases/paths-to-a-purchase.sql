-- SortLimit conversions DESC, users DESC, path ASC, first 12
-- CountEventPaths by path, with users, with totals
SELECT
  path AS path,
  count() AS conversions,
  uniqExact(user_id) AS users,
  sum(revenue) AS revenue
FROM (
  SELECT
    user_id,
    arrayStringConcat(arraySlice(arrayCompact(arrayMap((row) -> substring(row, position(row, char(0), 9) + 1), arrayFilter((row) -> row >= since, arrayPopBack(segment)))), -5)) AS path,
    toDecimal128(substring(arrayElement(segment, -1), position(arrayElement(segment, -1), char(0), 9) + 1, length(arrayElement(segment, -1)) - (position(arrayElement(segment, -1), char(0), 9) + 1)), 6) AS revenue
  FROM (
    SELECT
      user_id,
      segment,
      reinterpretAsFixedString(byteSwap(toUInt64(((toInt64(byteSwap(reinterpretAsUInt64(substring(arrayElement(segment, -1), 1, 8)))) - 8796093022208) - 2592000000) + 8796093022208))) AS since
    FROM (
      SELECT
        user_id,
        arrayReverseSplit((row) -> substring(row, -1) != char(0), rows) AS segments
      FROM (
        -- CollectEventPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund): since the one before it and within 30 days, steps where (known user and touch is none), the last 5 without repeats, with revenue
        -- ScanEvents of tenant TENANT, from 2026-01-30T00:00:00.000Z until before 2026-04-10T00:00:00.000Z, where ((known user and touch is none) or (known user and event in ["purchase"] and not refund))
        SELECT
          `user_id`,
          arraySort(groupArray(concat(reinterpretAsFixedString(byteSwap(toUInt64(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208))), `event_id`, char(0), if((`user_id` != {p1:String}) AND (`event` = {p2:String}) AND (NOT `is_refund`), concat(toString(`revenue`), if(`occurred_at` >= {p3:DateTime64(3, 'UTC')}, {p4:String}, {p5:String})), concat(`event`, char(0)))))) AS rows
        FROM `events`
        WHERE `tenant_id` = {p6:UUID} AND
          `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
          `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
          (((`user_id` != {p1:String}) AND (`touch` = {p9:String})) OR ((`user_id` != {p1:String}) AND (`event` = {p2:String}) AND (NOT `is_refund`)))
        GROUP BY `user_id`
        HAVING countIf((`occurred_at` >= {p3:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p2:String}) AND (NOT `is_refund`))) > 0
      )
    )
    ARRAY JOIN segments AS segment
    WHERE endsWith(arrayElement(segment, -1), {p4:String})
  )
)
GROUP BY path WITH TOTALS
ORDER BY conversions DESC, users DESC, path ASC
LIMIT 13
-- p1 String = ""
-- p2 String = "purchase"
-- p3 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p4 String = "1"
-- p5 String = "2"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-01-30 00:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
-- p9 String = "none"
