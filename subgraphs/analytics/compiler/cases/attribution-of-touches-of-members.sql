-- SortLimit g1 ASC, first 1000
-- DivideCredit m1 = conversions by FIRST_TOUCH, touchpoints, assists by g1, showing touches where member of segment "In Germany in March" (frozen at 2026-03-15T00:00:00.000Z: last known values meet country in ["DE"]), with totals
SELECT
  text AS g1,
  sum(conversions_first) AS m1,
  sum(cell_touchpoints) AS touchpoints,
  sum(cell_assists) AS assists,
  sum(cell_assists_of_all) AS assists_of_all
FROM (
  SELECT
    text,
    n,
    toInt64(countIf(place = 1)) AS conversions_first,
    toInt64(countIf(n > 0)) AS cell_touchpoints,
    toInt64(countIf((of_group = 1) AND (place < n))) AS cell_assists,
    toInt64(countIf((of_all = 1) AND (place < n))) AS cell_assists_of_all
  FROM (
    SELECT
      n,
      tupleElement(tupleElement(row, 1), 1) AS text,
      tupleElement(tupleElement(row, 1), 2) AS place,
      tupleElement(row, 2) AS of_group,
      tupleElement(row, 3) AS of_all
    FROM (
      SELECT
        n,
        arrayFilter((touch) -> tupleElement(touch, 3), arrayZip(if(n = 0, array(toLowCardinality({p1:String})), arrayMap((touch) -> tupleElement(touch, 2), path)), arrayEnumerate(if(n = 0, array(toLowCardinality({p1:String})), arrayMap((touch) -> tupleElement(touch, 2), path))), if(n = 0, array(1), arrayMap((touch) -> tupleElement(touch, 3), path)))) AS credited,
        arrayJoin(arrayZip(credited, arrayEnumerateUniq(arrayMap((touch) -> tupleElement(touch, 1), credited)), arrayEnumerate(credited))) AS row
      FROM (
        SELECT
          arrayFilter((touch) -> (tupleElement(touch, 1) <= until) AND (tupleElement(touch, 1) >= if(bitAnd(tupleElement(touch, 1), 1) = 1, clicks_since, views_since)), arrayZip(times, texts, shown)) AS path,
          toInt64(length(path)) AS n
        FROM (
          SELECT
            times,
            texts,
            shown,
            arrayJoin(conversions) AS conversion,
            (tupleElement(conversion, 1) + 8793501022208) * 2 AS clicks_since,
            (tupleElement(conversion, 1) + 8795488222208) * 2 AS views_since,
            ((tupleElement(conversion, 1) + 8796093022208) * 2) + 1 AS until
          FROM (
            SELECT
              times,
              texts,
              shown,
              conversions
            FROM (
              SELECT
                if(is_cut, arraySlice(times, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), times) AS part_times,
                if(is_cut, arraySlice(texts, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), texts) AS part_texts,
                if(is_cut, arraySlice(shown, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), shown) AS part_shown,
                part
              FROM (
                SELECT
                  times,
                  texts,
                  shown,
                  greatest(16, intDiv(524288, greatest(length(times), 1))) AS size,
                  length(conversions) > size AS is_cut,
                  arrayJoin(arrayMap((start) -> arraySlice(conversions, start, size), range(1, length(conversions) + 1, size))) AS part
                FROM (
                  SELECT
                    arrayMap((text) -> toInt64(byteSwap(reinterpretAsUInt64(substring(text, 1, 8)))), touches) AS times,
                    arrayMap((text) -> toLowCardinality(substring(substring(text, (position(text, char(0), 9) + 1) + 1), 1, length(substring(text, (position(text, char(0), 9) + 1) + 1)) - 1)), touches) AS texts,
                    arrayMap((text) -> substring(text, (position(text, char(0), 9) + 1) + 0, 1) = {p2:String}, touches) AS shown,
                    conversions
                  FROM (
                    -- CollectPaths per conversion from 2026-02-01T00:00:00.000Z on, where (known user and event in ["sign_up"] and not refund and member of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)): clicks of 30 days and impressions of 7 days before, by g1 = campaign_id, ties by event id, reading no more
                    -- ScanEvents of tenant TENANT, from 2026-01-02T00:00:00.000Z until before 2026-05-01T00:00:00.000Z, where known user
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p3:String})))), `event_id`, char(0), toString(toUInt8(`user_id` IN (
                      -- Members of segment "In Germany in March" (frozen at 2026-03-15T00:00:00.000Z: last known values meet country in ["DE"])
                      SELECT
                        `user_id`
                      FROM `events`
                      WHERE `tenant_id` = {p4:UUID} AND
                        `occurred_at` < {p5:DateTime64(3, 'UTC')} AND
                        `recorded_at` < {p5:DateTime64(3, 'UTC')} AND
                        `user_id` != {p1:String}
                      GROUP BY `user_id`
                      HAVING argMaxIf(`country`, concat(reinterpretAsFixedString(byteSwap(toUInt64(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208))), `event_id`), `country` != {p1:String}) = {p6:String}
                    ))), `campaign_id`, char(0)), `touch` != {p7:String})) AS touches,
                      arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`)), (`occurred_at` >= {p8:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p9:String}) AND (NOT `is_refund`) AND (`user_id` IN (
                      -- Members of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)
                      SELECT
                        `user_id`
                      FROM `events`
                      WHERE `tenant_id` = {p4:UUID} AND
                        `occurred_at` < {p10:DateTime64(3, 'UTC')} AND
                        `user_id` != {p1:String} AND
                        `event` = {p11:String} AND
                        (NOT `is_refund`)
                      GROUP BY `user_id`
                      HAVING countIf((`event` = {p11:String}) AND (NOT `is_refund`)) >= 4
                    ))))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p4:UUID} AND
                      `occurred_at` >= {p12:DateTime64(3, 'UTC')} AND
                      `occurred_at` < {p13:DateTime64(3, 'UTC')} AND
                      `user_id` != {p1:String} AND
                      (((`touch` = {p3:String}) AND (`occurred_at` >= {p12:DateTime64(3, 'UTC')})) OR ((`touch` = {p14:String}) AND (`occurred_at` >= {p15:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p8:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p9:String}) AND (NOT `is_refund`) AND (`user_id` IN (
                      -- Members of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)
                      SELECT
                        `user_id`
                      FROM `events`
                      WHERE `tenant_id` = {p4:UUID} AND
                        `occurred_at` < {p10:DateTime64(3, 'UTC')} AND
                        `user_id` != {p1:String} AND
                        `event` = {p11:String} AND
                        (NOT `is_refund`)
                      GROUP BY `user_id`
                      HAVING countIf((`event` = {p11:String}) AND (NOT `is_refund`)) >= 4
                    )))))
                    GROUP BY `user_id`
                    HAVING notEmpty(conversions)
                  )
                  WHERE throwIf((length(touches) * length(conversions)) > 500000000) = 0
                )
              )
            )
            ARRAY JOIN arrayResize(array(part_times), intDiv(length(part_times) * length(part), 32) + 1) AS times, arrayResize(array(part_texts), intDiv(length(part_times) * length(part), 32) + 1) AS texts, arrayResize(array(part_shown), intDiv(length(part_times) * length(part), 32) + 1) AS shown, arrayResize(array(part), intDiv(length(part_times) * length(part), 32) + 1) AS conversions
            WHERE notEmpty(conversions)
          )
        )
      )
      WHERE (NOT (n = 0))
    )
  )
  GROUP BY text, n
)
GROUP BY g1 WITH TOTALS
ORDER BY empty(g1) ASC, g1 ASC
LIMIT 1001
-- p1 String = ""
-- p2 String = "1"
-- p3 String = "click"
-- p4 UUID = "TENANT"
-- p5 DateTime64(3, 'UTC') = "2026-03-15 00:00:00.000"
-- p6 String = "DE"
-- p7 String = "none"
-- p8 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p9 String = "sign_up"
-- p10 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p11 String = "purchase"
-- p12 DateTime64(3, 'UTC') = "2026-01-02 00:00:00.000"
-- p13 DateTime64(3, 'UTC') = "2026-05-01 00:00:00.000"
-- p14 String = "impression"
-- p15 DateTime64(3, 'UTC') = "2026-01-25 00:00:00.000"
