-- SortLimit g1 ASC, first 1000
-- DivideCredit m1 = conversions by LAST_TOUCH, m2 = conversions by LINEAR, m3 = revenue by TIME_DECAY of 7 days, cost by g1, showing touches where all and conversions without touches
SELECT
  text AS g1,
  sum(conversions_last) AS m1,
  sum(divideDecimal(toDecimal256(conversions_all, 0), toDecimal256(greatest(n, 1), 0), 30)) AS m2,
  sum(revenue_decay1) AS m3,
  sum(cell_cost) AS cost
FROM (
  SELECT
    text,
    n,
    toInt64(countIf(place >= n)) AS conversions_last,
    toInt64(count()) AS conversions_all,
    sum(revenue * toDecimal256(decay1, 22)) AS revenue_decay1,
    toDecimal128(0, 6) AS cell_cost
  FROM (
    SELECT
      n,
      revenue,
      tupleElement(row, 1) AS text,
      tupleElement(row, 2) AS place,
      tupleElement(row, 3) AS decay1
    FROM (
      SELECT
        n,
        revenue,
        arrayZip(if(n = 0, array(toLowCardinality({p1:String})), arrayMap((touch) -> tupleElement(touch, 2), path)), arrayEnumerate(if(n = 0, array(toLowCardinality({p1:String})), arrayMap((touch) -> tupleElement(touch, 2), path))), if(n = 0, array(toFloat64(1)), arrayMap((share) -> divide(share, arraySum(decayed1)), decayed1))) AS credited,
        arrayJoin(credited) AS row
      FROM (
        SELECT
          arrayFilter((touch) -> (tupleElement(touch, 1) <= until) AND (tupleElement(touch, 1) >= if(bitAnd(tupleElement(touch, 1), 1) = 1, clicks_since, views_since)), arrayZip(times, texts)) AS path,
          toInt64(length(path)) AS n,
          tupleElement(conversion, 2) AS revenue,
          arrayMap((touch) -> exp2(divide(intDiv(tupleElement(touch, 1), 2) - intDiv(tupleElement(arrayElement(path, -1), 1), 2), {p2:Float64})), path) AS decayed1
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
                    -- CollectPaths per conversion from 2026-03-11T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund): clicks of 7 days and impressions of 1 days before, by g1 = campaign_id, ties by event id, reading no more
                    -- ScanEvents of tenant TENANT, from 2026-03-04T00:00:00.000Z until before 2026-04-10T00:00:00.000Z, where known user
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p3:String})))), `event_id`, char(0), `campaign_id`, char(0)), `touch` != {p4:String})) AS touches,
                      arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`), `revenue`), (`occurred_at` >= {p5:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p6:String}) AND (NOT `is_refund`)))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p7:UUID} AND
                      `occurred_at` >= {p8:DateTime64(3, 'UTC')} AND
                      `occurred_at` < {p9:DateTime64(3, 'UTC')} AND
                      `user_id` != {p1:String} AND
                      (((`touch` = {p3:String}) AND (`occurred_at` >= {p8:DateTime64(3, 'UTC')})) OR ((`touch` = {p10:String}) AND (`occurred_at` >= {p11:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p5:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p6:String}) AND (NOT `is_refund`))))
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
  UNION ALL
  SELECT
    toString(`campaign_id`) AS text,
    toInt64(0) AS n,
    toInt64(0) AS conversions_last,
    toInt64(0) AS conversions_all,
    toDecimal256(0, 28) AS revenue_decay1,
    sum(amount) AS cell_cost
  FROM (
    -- ScanCosts of tenant TENANT, from 2026-03-11 until before 2026-04-10, where all, of a day, app, channel, partner and campaign the best source, of what it states twice the newest
    SELECT
      `day`,
      `app_id`,
      `channel`,
      `partner_id`,
      `campaign_id`,
      toLowCardinality(tupleElement(tupleElement(tupleElement(row, 1), 1), 2)) AS platform,
      toLowCardinality(tupleElement(tupleElement(tupleElement(row, 1), 1), 3)) AS country,
      toLowCardinality(tupleElement(tupleElement(tupleElement(row, 1), 1), 4)) AS ad_group_id,
      if((tupleElement(tupleElement(tupleElement(row, 1), 1), 1) = best) AND ((tupleElement(row, 3) = last) OR (tupleElement(tupleElement(row, 1), 1) != tupleElement(tupleElement(row, 2), 1))), tupleElement(tupleElement(row, 1), 3), toDecimal128(0, 6)) AS amount
    FROM (
      SELECT
        `day`,
        `app_id`,
        `channel`,
        `partner_id`,
        `campaign_id`,
        tupleElement(tupleElement(arrayElement(stated, 1), 1), 1) AS best,
        length(stated) AS last,
        arrayJoin(arrayZip(stated, arrayRotateLeft(stated, 1), arrayEnumerate(stated))) AS row
      FROM (
        SELECT
          `day`,
          `app_id`,
          `channel`,
          `partner_id`,
          `campaign_id`,
          arraySort(groupArray(tuple(tuple(`source`, `platform`, `country`, `ad_group_id`), `recorded_at`, `cost`))) AS stated
        FROM `costs`
        WHERE `tenant_id` = {p7:UUID} AND
          `day` >= {p12:Date} AND
          `day` < {p13:Date}
        GROUP BY `day`, `app_id`, `channel`, `partner_id`, `campaign_id`
      )
    )
  )
  GROUP BY text
)
GROUP BY g1
ORDER BY empty(g1) ASC, g1 ASC
LIMIT 1001
-- p1 String = ""
-- p2 Float64 = 604800000
-- p3 String = "click"
-- p4 String = "none"
-- p5 DateTime64(3, 'UTC') = "2026-03-11 00:00:00.000"
-- p6 String = "purchase"
-- p7 UUID = "TENANT"
-- p8 DateTime64(3, 'UTC') = "2026-03-04 00:00:00.000"
-- p9 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
-- p10 String = "impression"
-- p11 DateTime64(3, 'UTC') = "2026-03-10 00:00:00.000"
-- p12 Date = "2026-03-11"
-- p13 Date = "2026-04-10"

-- CountJourneys by the last 1 groups and the next, by group and number of groups on the path, with the touches after a last conversion that end before 2026-04-10T00:00:00.000Z, with their revenue, telling whether all, at most 200000 of them
SELECT
  tupleElement(fact, 1) AS kind,
  tupleElement(fact, 2) AS state,
  tupleElement(fact, 3) AS next,
  tupleElement(fact, 4) AS what,
  max(shown) AS is_shown,
  count() AS paths,
  sum(revenue_of_path) AS revenue
FROM (
  SELECT
    arrayJoin(arrayFilter((fact) -> (tupleElement(fact, 1) = 1) OR ((NOT is_null) AND (is_first OR (n = 0))), array(tuple(toUInt8(1), toString(before1), toString(to), toUInt32(if(place > n, if(is_null, 2, 1), 0))), tuple(toUInt8(0), {p14:String}, toString(to), toUInt32(groups))))) AS fact,
    shown,
    revenue AS revenue_of_path
  FROM (
    SELECT
      n,
      groups,
      is_null,
      revenue,
      to,
      place,
      shown,
      is_first,
      before1
    FROM (
      SELECT
        n,
        arrayMap((touch) -> toLowCardinality(concat(tupleElement(touch, 2), char(0))), path) AS steps,
        arrayMap((touch) -> toUInt8(1), path) AS shown_steps,
        length(arrayDistinct(steps)) AS groups,
        is_null,
        revenue
      FROM (
        SELECT
          arrayFilter((touch) -> (tupleElement(touch, 1) <= until) AND (tupleElement(touch, 1) >= if(bitAnd(tupleElement(touch, 1), 1) = 1, clicks_since, views_since)), arrayZip(times, texts)) AS path,
          toInt64(length(path)) AS n,
          tupleElement(conversion, 2) AS revenue,
          tupleElement(conversion, 5) AS is_null
        FROM (
          SELECT
            times,
            texts,
            arrayJoin(conversions) AS conversion,
            (tupleElement(conversion, 3) + 8796093022208) * 2 AS clicks_since,
            (tupleElement(conversion, 4) + 8796093022208) * 2 AS views_since,
            ((tupleElement(conversion, 1) + 8796093022208) * 2) + 1 AS until
          FROM (
            SELECT
              times,
              texts,
              conversions
            FROM (
              SELECT
                if(is_cut, arraySlice(times, greatest(arrayFirstIndex((time) -> time >= ((least(tupleElement(arrayElement(part, 1), 3), tupleElement(arrayElement(part, 1), 4)) + 8796093022208) * 2), times), 1), arrayCount((time) -> (time >= ((least(tupleElement(arrayElement(part, 1), 3), tupleElement(arrayElement(part, 1), 4)) + 8796093022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), times) AS part_times,
                if(is_cut, arraySlice(texts, greatest(arrayFirstIndex((time) -> time >= ((least(tupleElement(arrayElement(part, 1), 3), tupleElement(arrayElement(part, 1), 4)) + 8796093022208) * 2), times), 1), arrayCount((time) -> (time >= ((least(tupleElement(arrayElement(part, 1), 3), tupleElement(arrayElement(part, 1), 4)) + 8796093022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), texts) AS part_texts,
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
                    -- CollectPaths per conversion from 2026-03-11T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund): clicks of 7 days and impressions of 1 days before, by g1 = campaign_id, ties by event id
                    -- ScanEvents of tenant TENANT, since ever until before 2106-01-01T00:00:00.000Z, where (known user and (touch is click or touch is impression or (event in ["purchase"] and not refund)))
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p15:String})))), `event_id`, char(0), `campaign_id`, char(0)), `touch` != {p16:String})) AS touches,
                      maxIf(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208, `touch` != {p16:String}) AS last_touch,
                      maxIf(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208, (`user_id` != {p14:String}) AND (`event` = {p17:String}) AND (NOT `is_refund`)) AS last_conversion,
                      arrayConcat(arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`), `revenue`, toUnixTimestamp64Milli(`occurred_at`) - 604800000, toUnixTimestamp64Milli(`occurred_at`) - 86400000, toUInt8(0)), (`occurred_at` >= {p18:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p19:DateTime64(3, 'UTC')}) AND ((`user_id` != {p14:String}) AND (`event` = {p17:String}) AND (NOT `is_refund`)))), arrayFilter((each) -> (last_touch >= 10569280222208) AND (last_touch < 10571872222208) AND (last_touch > last_conversion), array(tuple(last_touch - 8796093022208, toDecimal128(0, 6), last_conversion - 8796093022207, last_conversion - 8796093022207, toUInt8(1))))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p20:UUID} AND
                      `occurred_at` < {p21:DateTime64(3, 'UTC')} AND
                      `user_id` != {p14:String} AND
                      ((`touch` = {p15:String}) OR (`touch` = {p22:String}) OR ((`event` = {p17:String}) AND (NOT `is_refund`)))
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
    ARRAY JOIN arrayPushBack(steps, toLowCardinality({p14:String})) AS to, range(toInt64(1), n + 2) AS place, arrayPushBack(shown_steps, toUInt8(0)) AS shown, arrayPushBack(arrayMap((nth) -> nth = 1, arrayEnumerateUniq(steps)), toUInt8(0)) AS is_first, arrayPushFront(steps, toLowCardinality({p14:String})) AS before1
  )
)
GROUP BY fact
LIMIT 200001
-- p14 String = ""
-- p15 String = "click"
-- p16 String = "none"
-- p17 String = "purchase"
-- p18 DateTime64(3, 'UTC') = "2026-03-11 00:00:00.000"
-- p19 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
-- p20 UUID = "TENANT"
-- p21 DateTime64(3, 'UTC') = "2106-01-01 00:00:00.000"
-- p22 String = "impression"
