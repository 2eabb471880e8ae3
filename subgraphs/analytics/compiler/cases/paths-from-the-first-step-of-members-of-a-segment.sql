-- SortLimit conversions DESC, path ASC, first 100
-- CountEventPaths by path, with totals
SELECT
  path AS path,
  count() AS conversions,
  sum(revenue) AS revenue
FROM (
  SELECT
    arrayStringConcat(arraySlice(arrayCompact(arraySlice(names, 1, kept)), 1, 2)) AS path,
    arraySum(arrayMap((row) -> toDecimal128OrZero(substring(row, position(row, char(0), position(row, char(0), 9) + 1) + 1, (length(row) + 1) - (position(row, char(0), position(row, char(0), 9) + 1) + 1)), 6), arraySlice(rows, 1, kept))) AS revenue
  FROM (
    SELECT
      rows,
      names,
      arrayCount((run) -> run <= 2, arrayCumSum(arrayMap((name, before) -> name != before, names, arrayPushFront(arrayPopBack(names), {p1:String})))) AS kept
    FROM (
      SELECT
        rows,
        arrayMap((row) -> substring(row, position(row, char(0), 9) + 1, (position(row, char(0), position(row, char(0), 9) + 1) + 1) - (position(row, char(0), 9) + 1)), rows) AS names
      FROM (
        -- CollectEventPaths per user from the first step, steps where (known user and touch is none and member of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)), the first 2 without repeats, with revenue
        -- ScanEvents of tenant TENANT, from 2026-03-01T00:00:00.000Z until before 2026-04-10T00:00:00.000Z, where (known user and touch is none and member of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times))
        SELECT
          `user_id`,
          arraySort(groupArray(concat(reinterpretAsFixedString(byteSwap(toUInt64(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208))), `event_id`, char(0), `event`, char(0), if(`revenue` = toDecimal128(0, 6), {p1:String}, toString(`revenue`))))) AS rows
        FROM `events`
        WHERE `tenant_id` = {p2:UUID} AND
          `occurred_at` >= {p3:DateTime64(3, 'UTC')} AND
          `occurred_at` < {p4:DateTime64(3, 'UTC')} AND
          `user_id` != {p1:String} AND
          `touch` = {p5:String} AND
          (`user_id` IN (
          -- Members of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)
          SELECT
            `user_id`
          FROM `events`
          WHERE `tenant_id` = {p2:UUID} AND
            `occurred_at` < {p6:DateTime64(3, 'UTC')} AND
            `user_id` != {p1:String} AND
            `event` = {p7:String} AND
            (NOT `is_refund`)
          GROUP BY `user_id`
          HAVING countIf((`event` = {p7:String}) AND (NOT `is_refund`)) >= 4
        ))
        GROUP BY `user_id`
      )
    )
  )
)
GROUP BY path WITH TOTALS
ORDER BY conversions DESC, path ASC
LIMIT 101
-- p1 String = ""
-- p2 UUID = "TENANT"
-- p3 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p4 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
-- p5 String = "none"
-- p6 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p7 String = "purchase"
