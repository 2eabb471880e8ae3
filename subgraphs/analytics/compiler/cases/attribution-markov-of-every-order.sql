-- SortLimit g1 ASC, first 1000
-- DivideCredit nothing by g1, showing touches where all and conversions without touches
SELECT
  text AS g1
FROM (
  SELECT
    text,
    n
  FROM (
    SELECT
      n,
      tupleElement(row, 1) AS text,
      tupleElement(row, 2) AS place
    FROM (
      SELECT
        n,
        arrayZip(if(n = 0, array(toLowCardinality({p1:String})), arrayMap((touch) -> tupleElement(touch, 2), path)), arrayEnumerate(if(n = 0, array(toLowCardinality({p1:String})), arrayMap((touch) -> tupleElement(touch, 2), path)))) AS credited,
        arrayJoin(credited) AS row
      FROM (
        SELECT
          arrayFilter((touch) -> (tupleElement(touch, 1) <= until) AND (tupleElement(touch, 1) >= if(bitAnd(tupleElement(touch, 1), 1) = 1, clicks_since, views_since)), arrayZip(times, texts)) AS path,
          toInt64(length(path)) AS n
        FROM (
          SELECT
            times,
            texts,
            arrayJoin(conversions) AS conversion,
            (tupleElement(conversion, 1) + 8793501022208) * 2 AS clicks_since,
            (tupleElement(conversion, 1) + 8795229022208) * 2 AS views_since,
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
                    arrayMap((text) -> toLowCardinality(substring(substring(text, 9 + 0), 1, length(substring(text, 9 + 0)) - 1)), touches) AS texts,
                    conversions
                  FROM (
                    -- CollectPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund): clicks of 30 days and impressions of 10 days before, by g1 = channel, reading no more
                    -- ScanEvents of tenant TENANT, from 2026-01-30T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where known user
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p2:String})))), `channel`, char(0)), `touch` != {p3:String})) AS touches,
                      arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`)), (`occurred_at` >= {p4:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p5:String}) AND (NOT `is_refund`)))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p6:UUID} AND
                      `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
                      `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
                      `user_id` != {p1:String} AND
                      (((`touch` = {p2:String}) AND (`occurred_at` >= {p7:DateTime64(3, 'UTC')})) OR ((`touch` = {p9:String}) AND (`occurred_at` >= {p10:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p4:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p5:String}) AND (NOT `is_refund`))))
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
    toString(`channel`) AS text,
    toInt64(0) AS n
  FROM (
    -- ScanCosts of tenant TENANT, from 2026-03-01 until before 2026-04-01, where all, for their groups alone
    SELECT
      `day`,
      `app_id`,
      `channel`,
      `partner_id`,
      `campaign_id`,
      `platform`,
      `country`,
      `ad_group_id`,
      toDecimal128(0, 6) AS amount
    FROM `costs`
    WHERE `tenant_id` = {p6:UUID} AND
      `day` >= {p11:Date} AND
      `day` < {p12:Date}
  )
  GROUP BY text
)
GROUP BY g1
ORDER BY empty(g1) ASC, g1 ASC
LIMIT 1001
-- p1 String = ""
-- p2 String = "click"
-- p3 String = "none"
-- p4 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p5 String = "purchase"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-01-30 00:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p9 String = "impression"
-- p10 DateTime64(3, 'UTC') = "2026-02-19 00:00:00.000"
-- p11 Date = "2026-03-01"
-- p12 Date = "2026-04-01"

-- CountJourneys by the last 3 groups and the next, with the touches after a last conversion that end before 2026-04-01T00:00:00.000Z, telling whether all, at most 200000 of them
SELECT
  tupleElement(fact, 1) AS kind,
  tupleElement(fact, 2) AS state,
  tupleElement(fact, 3) AS next,
  tupleElement(fact, 4) AS what,
  max(shown) AS is_shown,
  count() AS paths
FROM (
  SELECT
    arrayJoin(array(tuple(toUInt8(1), concat(toString(before3), toString(before2), toString(before1)), toString(to), toUInt32(if(place > n, if(is_null, 2, 1), 0))))) AS fact,
    shown
  FROM (
    SELECT
      n,
      is_null,
      to,
      place,
      shown,
      before1,
      before2,
      before3
    FROM (
      SELECT
        n,
        arrayMap((touch) -> toLowCardinality(concat(tupleElement(touch, 2), char(0))), path) AS steps,
        arrayMap((touch) -> toUInt8(1), path) AS shown_steps,
        is_null
      FROM (
        SELECT
          arrayFilter((touch) -> (tupleElement(touch, 1) <= until) AND (tupleElement(touch, 1) >= if(bitAnd(tupleElement(touch, 1), 1) = 1, clicks_since, views_since)), arrayZip(times, texts)) AS path,
          toInt64(length(path)) AS n,
          tupleElement(conversion, 4) AS is_null
        FROM (
          SELECT
            times,
            texts,
            arrayJoin(conversions) AS conversion,
            (tupleElement(conversion, 2) + 8796093022208) * 2 AS clicks_since,
            (tupleElement(conversion, 3) + 8796093022208) * 2 AS views_since,
            ((tupleElement(conversion, 1) + 8796093022208) * 2) + 1 AS until
          FROM (
            SELECT
              times,
              texts,
              conversions
            FROM (
              SELECT
                if(is_cut, arraySlice(times, greatest(arrayFirstIndex((time) -> time >= ((least(tupleElement(arrayElement(part, 1), 2), tupleElement(arrayElement(part, 1), 3)) + 8796093022208) * 2), times), 1), arrayCount((time) -> (time >= ((least(tupleElement(arrayElement(part, 1), 2), tupleElement(arrayElement(part, 1), 3)) + 8796093022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), times) AS part_times,
                if(is_cut, arraySlice(texts, greatest(arrayFirstIndex((time) -> time >= ((least(tupleElement(arrayElement(part, 1), 2), tupleElement(arrayElement(part, 1), 3)) + 8796093022208) * 2), times), 1), arrayCount((time) -> (time >= ((least(tupleElement(arrayElement(part, 1), 2), tupleElement(arrayElement(part, 1), 3)) + 8796093022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), texts) AS part_texts,
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
                    -- CollectPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund): clicks of 30 days and impressions of 10 days before, by g1 = channel, ties by event id
                    -- ScanEvents of tenant TENANT, since ever until before 2106-01-01T00:00:00.000Z, where (known user and (touch is click or touch is impression or (event in ["purchase"] and not refund)))
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p13:String})))), `event_id`, char(0), `channel`, char(0)), `touch` != {p14:String})) AS touches,
                      maxIf(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208, `touch` != {p14:String}) AS last_touch,
                      maxIf(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208, (`user_id` != {p15:String}) AND (`event` = {p16:String}) AND (NOT `is_refund`)) AS last_conversion,
                      arrayConcat(arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`), toUnixTimestamp64Milli(`occurred_at`) - 2592000000, toUnixTimestamp64Milli(`occurred_at`) - 864000000, toUInt8(0)), (`occurred_at` >= {p17:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p18:DateTime64(3, 'UTC')}) AND ((`user_id` != {p15:String}) AND (`event` = {p16:String}) AND (NOT `is_refund`)))), arrayFilter((each) -> (last_touch >= 10568416222208) AND (last_touch < 10571094622208) AND (last_touch > last_conversion), array(tuple(last_touch - 8796093022208, last_conversion - 8796093022207, last_conversion - 8796093022207, toUInt8(1))))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p19:UUID} AND
                      `occurred_at` < {p20:DateTime64(3, 'UTC')} AND
                      `user_id` != {p15:String} AND
                      ((`touch` = {p13:String}) OR (`touch` = {p21:String}) OR ((`event` = {p16:String}) AND (NOT `is_refund`)))
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
    ARRAY JOIN arrayPushBack(steps, toLowCardinality({p15:String})) AS to, range(toInt64(1), n + 2) AS place, arrayPushBack(shown_steps, toUInt8(0)) AS shown, arrayPushFront(steps, toLowCardinality({p15:String})) AS before1, arrayShiftRight(arrayPushFront(steps, toLowCardinality({p15:String})), 1, toLowCardinality({p15:String})) AS before2, arrayShiftRight(arrayPushFront(steps, toLowCardinality({p15:String})), 2, toLowCardinality({p15:String})) AS before3
  )
)
GROUP BY fact
LIMIT 200001
-- p13 String = "click"
-- p14 String = "none"
-- p15 String = ""
-- p16 String = "purchase"
-- p17 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p18 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p19 UUID = "TENANT"
-- p20 DateTime64(3, 'UTC') = "2106-01-01 00:00:00.000"
-- p21 String = "impression"
