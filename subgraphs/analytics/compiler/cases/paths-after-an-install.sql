-- SortLimit conversions DESC, path ASC, first 10
-- CountEventPaths by path, with totals
SELECT
  path AS path,
  count() AS conversions,
  sum(revenue) AS revenue
FROM (
  SELECT
    arrayStringConcat(arraySlice(arrayCompact(arraySlice(names, 1, kept)), 1, 4)) AS path,
    arraySum(arrayMap((row) -> toDecimal128OrZero(substring(row, position(row, char(0), position(row, char(0), 9) + 1) + 1, length(row) - (position(row, char(0), position(row, char(0), 9) + 1) + 1)), 6), arraySlice(rows, 1, kept))) AS revenue
  FROM (
    SELECT
      rows,
      names,
      arrayCount((run) -> run <= 4, arrayCumSum(arrayMap((name, before) -> name != before, names, arrayPushFront(arrayPopBack(names), {p1:String})))) AS kept
    FROM (
      SELECT
        rows,
        arrayMap((row) -> substring(row, position(row, char(0), 9) + 1, (position(row, char(0), position(row, char(0), 9) + 1) + 1) - (position(row, char(0), 9) + 1)), rows) AS names
      FROM (
        SELECT
          arrayFilter((row, place) -> (place = 1) OR (NOT endsWith(row, {p2:String})), begun, arrayEnumerate(begun)) AS rows
        FROM (
          SELECT
            arraySlice(rows, arrayFirstIndex((row) -> NOT endsWith(row, {p3:String}), rows)) AS begun
          FROM (
            -- CollectEventPaths per user from the first row on where (known user and event in ["install"] and not refund), steps where (known user and touch is none), the first 4 without repeats, with revenue
            -- ScanEvents of tenant TENANT, from 2026-03-01T00:00:00.000Z until before 2026-04-10T00:00:00.000Z, where ((known user and touch is none) or (known user and event in ["install"] and not refund))
            SELECT
              `user_id`,
              arraySort(groupArray(concat(reinterpretAsFixedString(byteSwap(toUInt64(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208))), `event_id`, char(0), `event`, char(0), if(`revenue` = toDecimal128(0, 6), {p1:String}, toString(`revenue`)), toString(toUInt8((`user_id` != {p1:String}) AND (`event` = {p4:String}) AND (NOT `is_refund`)) + toUInt8(NOT ((`user_id` != {p1:String}) AND (`touch` = {p5:String}))))))) AS rows
            FROM `events`
            WHERE `tenant_id` = {p6:UUID} AND
              `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
              `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
              (((`user_id` != {p1:String}) AND (`touch` = {p5:String})) OR ((`user_id` != {p1:String}) AND (`event` = {p4:String}) AND (NOT `is_refund`)))
            GROUP BY `user_id`
            HAVING countIf((`user_id` != {p1:String}) AND (`event` = {p4:String}) AND (NOT `is_refund`)) > 0
          )
        )
      )
    )
  )
)
GROUP BY path WITH TOTALS
ORDER BY conversions DESC, path ASC
LIMIT 11
-- p1 String = ""
-- p2 String = "2"
-- p3 String = "0"
-- p4 String = "install"
-- p5 String = "none"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
