-- SortLimit g1 ASC, g2 ASC, first 1000
-- DivideCredit m1 = conversions by LINEAR, m2 = revenue by LAST_TOUCH, touchpoints by g1, g2, showing touches where all and conversions without touches, with totals
SELECT
  arrayElement(splitByChar(char(0), text), 1) AS g1,
  arrayElement(splitByChar(char(0), text), 2) AS g2,
  sum(divideDecimal(toDecimal256(conversions_all, 0), toDecimal256(greatest(n, 1), 0), 30)) AS m1,
  sum(revenue_last) AS m2,
  sum(cell_touchpoints) AS touchpoints
FROM (
  SELECT
    text,
    n,
    toInt64(count()) AS conversions_all,
    sumIf(revenue, place >= n) AS revenue_last,
    toInt64(countIf(n > 0)) AS cell_touchpoints
  FROM (
    SELECT
      n,
      revenue,
      tupleElement(row, 1) AS text,
      tupleElement(row, 2) AS place
    FROM (
      SELECT
        n,
        revenue,
        arrayZip(if(n = 0, array(toLowCardinality(char(0))), arrayMap((touch) -> tupleElement(touch, 2), path)), arrayEnumerate(if(n = 0, array(toLowCardinality(char(0))), arrayMap((touch) -> tupleElement(touch, 2), path)))) AS credited,
        arrayJoin(credited) AS row
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
            (tupleElement(conversion, 1) + 8793501022208) * 2 AS clicks_since,
            (tupleElement(conversion, 1) + 8795488222208) * 2 AS views_since,
            ((tupleElement(conversion, 1) + 8796093022208) * 2) + 1 AS until
          FROM (
            SELECT
              times,
              texts,
              conversions
            FROM (
              SELECT
                if(is_cut, arraySlice(times, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), times) AS part_times,
                if(is_cut, arraySlice(texts, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), texts) AS part_texts,
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
                    -- CollectPaths per conversion from 2026-02-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund and not member of segment "Asleep" (as of 2026-04-10T09:30:00.000Z: (did (event in ["session"] and not refund) at least 1 times and did (touch is none and not event in ["install"] and not refund) at most 1 times from 2026-04-03T09:30:00.000Z))): clicks of 30 days and impressions of 7 days before, by g1 = whether member of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times), g2 = channel, ties by event id, reading no more, of users alone who convert
                    -- ScanEvents of tenant TENANT, from 2026-01-02T00:00:00.000Z until before 2026-05-01T00:00:00.000Z, where known user
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p1:String})))), `event_id`, char(0), toString(`user_id` IN (
                      -- Members of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)
                      SELECT
                        `user_id`
                      FROM `events`
                      WHERE `tenant_id` = {p2:UUID} AND
                        `occurred_at` < {p3:DateTime64(3, 'UTC')} AND
                        `user_id` != {p4:String} AND
                        `event` = {p5:String} AND
                        (NOT `is_refund`)
                      GROUP BY `user_id`
                      HAVING countIf((`event` = {p5:String}) AND (NOT `is_refund`)) >= 4
                    )), char(0), `channel`, char(0)), `touch` != {p6:String})) AS touches,
                      arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`), `revenue`), (`occurred_at` >= {p7:DateTime64(3, 'UTC')}) AND ((`user_id` != {p4:String}) AND (`event` = {p5:String}) AND (NOT `is_refund`) AND (NOT (`user_id` IN (
                      -- Members of segment "Asleep" (as of 2026-04-10T09:30:00.000Z: (did (event in ["session"] and not refund) at least 1 times and did (touch is none and not event in ["install"] and not refund) at most 1 times from 2026-04-03T09:30:00.000Z))
                      SELECT
                        `user_id`
                      FROM `events`
                      WHERE `tenant_id` = {p2:UUID} AND
                        `occurred_at` < {p3:DateTime64(3, 'UTC')} AND
                        `user_id` != {p4:String} AND
                        (((`event` = {p8:String}) AND (NOT `is_refund`)) OR ((`touch` = {p6:String}) AND (NOT (`event` = {p9:String})) AND (NOT `is_refund`)))
                      GROUP BY `user_id`
                      HAVING ((countIf((`event` = {p8:String}) AND (NOT `is_refund`)) >= 1)) AND
                        ((countIf((`touch` = {p6:String}) AND (NOT (`event` = {p9:String})) AND (NOT `is_refund`) AND (`occurred_at` >= {p10:DateTime64(3, 'UTC')})) <= 1))
                    )))))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p2:UUID} AND
                      `occurred_at` >= {p11:DateTime64(3, 'UTC')} AND
                      `occurred_at` < {p12:DateTime64(3, 'UTC')} AND
                      `user_id` != {p4:String} AND
                      (((`touch` = {p1:String}) AND (`occurred_at` >= {p11:DateTime64(3, 'UTC')})) OR ((`touch` = {p13:String}) AND (`occurred_at` >= {p14:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p7:DateTime64(3, 'UTC')}) AND ((`user_id` != {p4:String}) AND (`event` = {p5:String}) AND (NOT `is_refund`) AND (NOT (`user_id` IN (
                      -- Members of segment "Asleep" (as of 2026-04-10T09:30:00.000Z: (did (event in ["session"] and not refund) at least 1 times and did (touch is none and not event in ["install"] and not refund) at most 1 times from 2026-04-03T09:30:00.000Z))
                      SELECT
                        `user_id`
                      FROM `events`
                      WHERE `tenant_id` = {p2:UUID} AND
                        `occurred_at` < {p3:DateTime64(3, 'UTC')} AND
                        `user_id` != {p4:String} AND
                        (((`event` = {p8:String}) AND (NOT `is_refund`)) OR ((`touch` = {p6:String}) AND (NOT (`event` = {p9:String})) AND (NOT `is_refund`)))
                      GROUP BY `user_id`
                      HAVING ((countIf((`event` = {p8:String}) AND (NOT `is_refund`)) >= 1)) AND
                        ((countIf((`touch` = {p6:String}) AND (NOT (`event` = {p9:String})) AND (NOT `is_refund`) AND (`occurred_at` >= {p10:DateTime64(3, 'UTC')})) <= 1))
                    )))))) AND
                      (`user_id` IN (
                      SELECT
                        `user_id`
                      FROM `events`
                      WHERE `tenant_id` = {p2:UUID} AND
                        `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
                        `occurred_at` < {p12:DateTime64(3, 'UTC')} AND
                        `user_id` != {p4:String} AND
                        `event` = {p5:String} AND
                        (NOT `is_refund`) AND
                        (NOT (`user_id` IN (
                        -- Members of segment "Asleep" (as of 2026-04-10T09:30:00.000Z: (did (event in ["session"] and not refund) at least 1 times and did (touch is none and not event in ["install"] and not refund) at most 1 times from 2026-04-03T09:30:00.000Z))
                        SELECT
                          `user_id`
                        FROM `events`
                        WHERE `tenant_id` = {p2:UUID} AND
                          `occurred_at` < {p3:DateTime64(3, 'UTC')} AND
                          `user_id` != {p4:String} AND
                          (((`event` = {p8:String}) AND (NOT `is_refund`)) OR ((`touch` = {p6:String}) AND (NOT (`event` = {p9:String})) AND (NOT `is_refund`)))
                        GROUP BY `user_id`
                        HAVING ((countIf((`event` = {p8:String}) AND (NOT `is_refund`)) >= 1)) AND
                          ((countIf((`touch` = {p6:String}) AND (NOT (`event` = {p9:String})) AND (NOT `is_refund`) AND (`occurred_at` >= {p10:DateTime64(3, 'UTC')})) <= 1))
                      )))
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
GROUP BY g1, g2 WITH TOTALS
ORDER BY empty(g1) ASC, g1 ASC, empty(g2) ASC, g2 ASC
LIMIT 1001
-- p1 String = "click"
-- p2 UUID = "TENANT"
-- p3 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p4 String = ""
-- p5 String = "purchase"
-- p6 String = "none"
-- p7 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p8 String = "session"
-- p9 String = "install"
-- p10 DateTime64(3, 'UTC') = "2026-04-03 09:30:00.000"
-- p11 DateTime64(3, 'UTC') = "2026-01-02 00:00:00.000"
-- p12 DateTime64(3, 'UTC') = "2026-05-01 00:00:00.000"
-- p13 String = "impression"
-- p14 DateTime64(3, 'UTC') = "2026-01-25 00:00:00.000"
