-- SortLimit g1 ASC, g2 ASC, first 1000
-- DivideCredit m1 = conversions by FIRST_TOUCH, m2 = conversions by LAST_TOUCH, m3 = conversions by LAST_NON_DIRECT, m4 = conversions by LINEAR, m5 = conversions by POSITION_BASED, m6 = conversions by TIME_DECAY of 7 days, m7 = conversions by TIME_DECAY of 30 days, m8 = revenue by LINEAR, m9 = revenue by POSITION_BASED, m10 = revenue by TIME_DECAY of 7 days, m11 = revenue by LAST_TOUCH, touchpoints, assists by g1, g2, showing touches where all and conversions without touches, with totals
SELECT
  arrayElement(splitByChar(char(0), text), 1) AS g1,
  arrayElement(splitByChar(char(0), text), 2) AS g2,
  sum(conversions_first) AS m1,
  sum(conversions_last) AS m2,
  sum(conversions_last_non_direct) AS m3,
  sum(divideDecimal(toDecimal256(conversions_all, 0), toDecimal256(greatest(n, 1), 0), 30)) AS m4,
  sum(divideDecimal(if(n <= 2, toDecimal256(conversions_all, 0), ((toDecimal256(conversions_first, 0) + toDecimal256(conversions_last, 0)) * (2 * (n - 2))) + (toDecimal256(conversions_all, 0) - (toDecimal256(conversions_first, 0) + toDecimal256(conversions_last, 0)))), toDecimal256(if(n <= 2, greatest(n, 1), 5 * (n - 2)), 0), 30)) AS m5,
  sum(conversions_decay1) AS m6,
  sum(conversions_decay2) AS m7,
  sum(divideDecimal(toDecimal256(revenue_all, 6), toDecimal256(greatest(n, 1), 0), 30)) AS m8,
  sum(divideDecimal(if(n <= 2, toDecimal256(revenue_all, 6), ((toDecimal256(revenue_first, 6) + toDecimal256(revenue_last, 6)) * (2 * (n - 2))) + (toDecimal256(revenue_all, 6) - (toDecimal256(revenue_first, 6) + toDecimal256(revenue_last, 6)))), toDecimal256(if(n <= 2, greatest(n, 1), 5 * (n - 2)), 0), 30)) AS m9,
  sum(revenue_decay1) AS m10,
  sum(revenue_last) AS m11,
  sum(cell_touchpoints) AS touchpoints,
  sum(cell_assists) AS assists,
  sum(cell_assists_of_all) AS assists_of_all
FROM (
  SELECT
    text,
    n,
    toInt64(countIf(place = 1)) AS conversions_first,
    toInt64(countIf(place >= n)) AS conversions_last,
    toInt64(countIf(place = last_non_direct)) AS conversions_last_non_direct,
    toInt64(count()) AS conversions_all,
    sum(toDecimal256(decay1, 22)) AS conversions_decay1,
    sum(toDecimal256(decay2, 22)) AS conversions_decay2,
    sum(revenue) AS revenue_all,
    sumIf(revenue, place = 1) AS revenue_first,
    sumIf(revenue, place >= n) AS revenue_last,
    sum(revenue * toDecimal256(decay1, 22)) AS revenue_decay1,
    toInt64(countIf(n > 0)) AS cell_touchpoints,
    toInt64(countIf((of_group = 1) AND (place < n))) AS cell_assists,
    toInt64(countIf((of_all = 1) AND (place < n))) AS cell_assists_of_all
  FROM (
    SELECT
      n,
      revenue,
      last_non_direct,
      tupleElement(tupleElement(row, 1), 1) AS text,
      tupleElement(tupleElement(row, 1), 2) AS place,
      tupleElement(tupleElement(row, 1), 3) AS decay1,
      tupleElement(tupleElement(row, 1), 4) AS decay2,
      tupleElement(row, 2) AS of_group,
      tupleElement(row, 3) AS of_all
    FROM (
      SELECT
        n,
        revenue,
        last_non_direct,
        arrayZip(if(n = 0, array(toLowCardinality(char(0))), arrayMap((touch) -> tupleElement(touch, 2), path)), arrayEnumerate(if(n = 0, array(toLowCardinality(char(0))), arrayMap((touch) -> tupleElement(touch, 2), path))), if(n = 0, array(toFloat64(1)), arrayMap((share) -> divide(share, arraySum(decayed1)), decayed1)), if(n = 0, array(toFloat64(1)), arrayMap((share) -> divide(share, arraySum(decayed2)), decayed2))) AS credited,
        arrayJoin(arrayZip(credited, arrayEnumerateUniq(arrayMap((touch) -> tupleElement(touch, 1), credited)), arrayEnumerate(credited))) AS row
      FROM (
        SELECT
          arrayFilter((touch) -> (tupleElement(touch, 1) <= until) AND (tupleElement(touch, 1) >= if(bitAnd(tupleElement(touch, 1), 1) = 1, clicks_since, views_since)), arrayZip(times, texts, direct)) AS path,
          toInt64(length(path)) AS n,
          tupleElement(conversion, 2) AS revenue,
          if(arrayLastIndex((touch) -> NOT tupleElement(touch, 3), path) = 0, greatest(n, 1), arrayLastIndex((touch) -> NOT tupleElement(touch, 3), path)) AS last_non_direct,
          arrayMap((touch) -> exp2(divide(intDiv(tupleElement(touch, 1), 2) - intDiv(tupleElement(arrayElement(path, -1), 1), 2), {p1:Float64})), path) AS decayed1,
          arrayMap((touch) -> exp2(divide(intDiv(tupleElement(touch, 1), 2) - intDiv(tupleElement(arrayElement(path, -1), 1), 2), {p2:Float64})), path) AS decayed2
        FROM (
          SELECT
            times,
            texts,
            direct,
            arrayJoin(conversions) AS conversion,
            (tupleElement(conversion, 1) + 8793501022208) * 2 AS clicks_since,
            (tupleElement(conversion, 1) + 8795229022208) * 2 AS views_since,
            ((tupleElement(conversion, 1) + 8796093022208) * 2) + 1 AS until
          FROM (
            SELECT
              times,
              texts,
              direct,
              conversions
            FROM (
              SELECT
                if(is_cut, arraySlice(times, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), times) AS part_times,
                if(is_cut, arraySlice(texts, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), texts) AS part_texts,
                if(is_cut, arraySlice(direct, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), direct) AS part_direct,
                part
              FROM (
                SELECT
                  times,
                  texts,
                  direct,
                  greatest(16, intDiv(524288, greatest(length(times), 1))) AS size,
                  length(conversions) > size AS is_cut,
                  arrayJoin(arrayMap((start) -> arraySlice(conversions, start, size), range(1, length(conversions) + 1, size))) AS part
                FROM (
                  SELECT
                    arrayMap((text) -> toInt64(byteSwap(reinterpretAsUInt64(substring(text, 1, 8)))), touches) AS times,
                    arrayMap((text) -> toLowCardinality(substring(substring(text, (position(text, char(0), 9) + 1) + 1), 1, length(substring(text, (position(text, char(0), 9) + 1) + 1)) - 1)), touches) AS texts,
                    arrayMap((text) -> substring(text, (position(text, char(0), 9) + 1) + 0, 1) = {p3:String}, touches) AS direct,
                    conversions
                  FROM (
                    -- CollectPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund): clicks of 30 days and impressions of 10 days before, by g1 = channel, g2 = app_id, ties by event id, reading no more, of users alone who convert
                    -- ScanEvents of tenant TENANT, from 2026-01-30T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where known user
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p4:String})))), `event_id`, char(0), toString(toUInt8(`channel` = {p5:String})), `channel`, char(0), toString(`app_id`), char(0)), `touch` != {p6:String})) AS touches,
                      arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`), `revenue`), (`occurred_at` >= {p7:DateTime64(3, 'UTC')}) AND ((`user_id` != {p8:String}) AND (`event` = {p9:String}) AND (NOT `is_refund`)))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p10:UUID} AND
                      `occurred_at` >= {p11:DateTime64(3, 'UTC')} AND
                      `occurred_at` < {p12:DateTime64(3, 'UTC')} AND
                      `user_id` != {p8:String} AND
                      (((`touch` = {p4:String}) AND (`occurred_at` >= {p11:DateTime64(3, 'UTC')})) OR ((`touch` = {p13:String}) AND (`occurred_at` >= {p14:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p7:DateTime64(3, 'UTC')}) AND ((`user_id` != {p8:String}) AND (`event` = {p9:String}) AND (NOT `is_refund`)))) AND
                      (`user_id` IN (
                      SELECT
                        `user_id`
                      FROM `events`
                      WHERE `tenant_id` = {p10:UUID} AND
                        `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
                        `occurred_at` < {p12:DateTime64(3, 'UTC')} AND
                        `user_id` != {p8:String} AND
                        `event` = {p9:String} AND
                        (NOT `is_refund`)
                    ))
                    GROUP BY `user_id`
                    HAVING notEmpty(conversions)
                  )
                  WHERE throwIf((length(touches) * length(conversions)) > 500000000) = 0
                )
              )
            )
            ARRAY JOIN arrayResize(array(part_times), intDiv(length(part_times) * length(part), 32) + 1) AS times, arrayResize(array(part_texts), intDiv(length(part_times) * length(part), 32) + 1) AS texts, arrayResize(array(part_direct), intDiv(length(part_times) * length(part), 32) + 1) AS direct, arrayResize(array(part), intDiv(length(part_times) * length(part), 32) + 1) AS conversions
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
-- p1 Float64 = 604800000
-- p2 Float64 = 2592000000
-- p3 String = "1"
-- p4 String = "click"
-- p5 String = "direct"
-- p6 String = "none"
-- p7 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p8 String = ""
-- p9 String = "purchase"
-- p10 UUID = "TENANT"
-- p11 DateTime64(3, 'UTC') = "2026-01-30 00:00:00.000"
-- p12 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p13 String = "impression"
-- p14 DateTime64(3, 'UTC') = "2026-02-19 00:00:00.000"
