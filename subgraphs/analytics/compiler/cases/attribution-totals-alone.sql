-- SortLimit in no order, first 1000, only totals shown
-- DivideCredit m1 = conversions by POSITION_BASED, m2 = revenue by POSITION_BASED, touchpoints, assists by nothing, showing touches where all and conversions without touches
SELECT
  sum(divideDecimal(if(n <= 2, toDecimal256(conversions_all, 0), ((toDecimal256(conversions_first, 0) + toDecimal256(conversions_last, 0)) * (2 * (n - 2))) + (toDecimal256(conversions_all, 0) - (toDecimal256(conversions_first, 0) + toDecimal256(conversions_last, 0)))), toDecimal256(if(n <= 2, greatest(n, 1), 5 * (n - 2)), 0), 30)) AS m1,
  sum(divideDecimal(if(n <= 2, toDecimal256(revenue_all, 6), ((toDecimal256(revenue_first, 6) + toDecimal256(revenue_last, 6)) * (2 * (n - 2))) + (toDecimal256(revenue_all, 6) - (toDecimal256(revenue_first, 6) + toDecimal256(revenue_last, 6)))), toDecimal256(if(n <= 2, greatest(n, 1), 5 * (n - 2)), 0), 30)) AS m2,
  sum(cell_touchpoints) AS touchpoints,
  sum(cell_assists) AS assists,
  sum(cell_assists_of_all) AS assists_of_all
FROM (
  SELECT
    text,
    n,
    toInt64(count()) AS conversions_all,
    toInt64(countIf(place = 1)) AS conversions_first,
    toInt64(countIf(place >= n)) AS conversions_last,
    sum(revenue) AS revenue_all,
    sumIf(revenue, place = 1) AS revenue_first,
    sumIf(revenue, place >= n) AS revenue_last,
    toInt64(countIf(n > 0)) AS cell_touchpoints,
    toInt64(countIf((of_group = 1) AND (place < n))) AS cell_assists,
    toInt64(countIf((of_all = 1) AND (place < n))) AS cell_assists_of_all
  FROM (
    SELECT
      n,
      revenue,
      tupleElement(tupleElement(row, 1), 1) AS text,
      tupleElement(tupleElement(row, 1), 2) AS place,
      tupleElement(row, 2) AS of_group,
      tupleElement(row, 3) AS of_all
    FROM (
      SELECT
        n,
        revenue,
        arrayZip(if(n = 0, array(toLowCardinality({p1:String})), arrayMap((touch) -> tupleElement(touch, 2), path)), arrayEnumerate(if(n = 0, array(toLowCardinality({p1:String})), arrayMap((touch) -> tupleElement(touch, 2), path)))) AS credited,
        arrayJoin(arrayZip(credited, arrayEnumerateUniq(arrayMap((touch) -> tupleElement(touch, 1), credited)), arrayEnumerate(credited))) AS row
      FROM (
        SELECT
          arrayFilter((touch) -> (tupleElement(touch, 1) <= until) AND (tupleElement(touch, 1) >= if(bitAnd(tupleElement(touch, 1), 1) = 1, clicks_since, views_since)), arrayZip(times, texts)) AS path,
          toInt64(length(path)) AS n,
          tupleElement(conversion, 2) AS revenue
        FROM (
          SELECT
            times,
            texts,
            arrayJoin(conversions) AS conversion,
            (tupleElement(conversion, 1) + 8795488222208) * 2 AS clicks_since,
            (tupleElement(conversion, 1) + 8796006622208) * 2 AS views_since,
            ((tupleElement(conversion, 1) + 8796093022208) * 2) + 1 AS until
          FROM (
            SELECT
              times,
              texts,
              conversions
            FROM (
              SELECT
                if(is_cut, arraySlice(times, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8795488222208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8795488222208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), times) AS part_times,
                if(is_cut, arraySlice(texts, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8795488222208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8795488222208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), texts) AS part_texts,
                part
              FROM (
                SELECT
                  times,
                  texts,
                  greatest(16, intDiv(524288, greatest(length(times), 1))) AS size,
                  length(conversions) > size AS is_cut,
                  arrayJoin(arrayMap((start) -> arraySlice(conversions, start, size), range(1, length(conversions) + 1, size))) AS part
                FROM (
                  SELECT
                    arrayMap((text) -> toInt64(byteSwap(reinterpretAsUInt64(substring(text, 1, 8)))), touches) AS times,
                    arrayMap((text) -> toLowCardinality(substring(substring(text, (position(text, char(0), 9) + 1) + 0), 1, length(substring(text, (position(text, char(0), 9) + 1) + 0)) - 1)), touches) AS texts,
                    conversions
                  FROM (
                    -- CollectPaths per conversion from 2026-02-01T00:00:00.000Z on, where (known user and event in ["session"] and not refund): clicks of 7 days and impressions of 1 days before, by nothing, ties by event id, reading no more, of users alone who convert
                    -- ScanEvents of tenant TENANT, from 2026-01-25T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where known user
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p2:String})))), `event_id`, char(0), char(0)), `touch` != {p3:String})) AS touches,
                      arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`), `revenue`), (`occurred_at` >= {p4:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p5:String}) AND (NOT `is_refund`)))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p6:UUID} AND
                      `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
                      `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
                      `user_id` != {p1:String} AND
                      (((`touch` = {p2:String}) AND (`occurred_at` >= {p7:DateTime64(3, 'UTC')})) OR ((`touch` = {p9:String}) AND (`occurred_at` >= {p10:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p4:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p5:String}) AND (NOT `is_refund`)))) AND
                      (`user_id` IN (
                      SELECT
                        `user_id`
                      FROM `events`
                      WHERE `tenant_id` = {p6:UUID} AND
                        `occurred_at` >= {p4:DateTime64(3, 'UTC')} AND
                        `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
                        `user_id` != {p1:String} AND
                        `event` = {p5:String} AND
                        (NOT `is_refund`)
                    ))
                    GROUP BY `user_id`
                    HAVING notEmpty(conversions)
                  )
                  WHERE throwIf((length(touches) * length(conversions)) > 500000000) = 0
                )
              )
            )
            ARRAY JOIN arrayResize(array(part_times), intDiv(length(part_times) * length(part), 32) + 1) AS times, arrayResize(array(part_texts), intDiv(length(part_times) * length(part), 32) + 1) AS texts, arrayResize(array(part), intDiv(length(part_times) * length(part), 32) + 1) AS conversions
            WHERE notEmpty(conversions)
          )
        )
      )
    )
  )
  GROUP BY text, n
)
LIMIT 1001
-- p1 String = ""
-- p2 String = "click"
-- p3 String = "none"
-- p4 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p5 String = "session"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-01-25 00:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p9 String = "impression"
-- p10 DateTime64(3, 'UTC') = "2026-01-31 00:00:00.000"
