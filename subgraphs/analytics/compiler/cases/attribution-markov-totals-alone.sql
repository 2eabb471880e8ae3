-- SortLimit in no order, first 1000, only totals shown
-- DivideCredit nothing by nothing, showing touches where country in ["DE", "FR"]
SELECT
  count() AS row_count
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
        arrayFilter((touch) -> tupleElement(touch, 3), arrayZip(if(n = 0, array(toLowCardinality({p1:String})), arrayMap((touch) -> tupleElement(touch, 2), path)), arrayEnumerate(if(n = 0, array(toLowCardinality({p1:String})), arrayMap((touch) -> tupleElement(touch, 2), path))), if(n = 0, array(1), arrayMap((touch) -> tupleElement(touch, 3), path)))) AS credited,
        arrayJoin(credited) AS row
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
            (tupleElement(conversion, 1) + 8795229022208) * 2 AS views_since,
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
                    arrayMap((text) -> toLowCardinality(substring(substring(text, 9 + 1), 1, length(substring(text, 9 + 1)) - 1)), touches) AS texts,
                    arrayMap((text) -> substring(text, 9 + 0, 1) = {p2:String}, touches) AS shown,
                    conversions
                  FROM (
                    -- CollectPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund and not platform in ["web"]): clicks of 30 days and impressions of 10 days before, by nothing, reading no more
                    -- ScanEvents of tenant TENANT, from 2026-01-30T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where known user
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p3:String})))), toString(toUInt8(`country` IN {p4:Array(String)})), char(0)), `touch` != {p5:String})) AS touches,
                      arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`)), (`occurred_at` >= {p6:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p7:String}) AND (NOT `is_refund`) AND (NOT (`platform` = {p8:String}))))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p9:UUID} AND
                      `occurred_at` >= {p10:DateTime64(3, 'UTC')} AND
                      `occurred_at` < {p11:DateTime64(3, 'UTC')} AND
                      `user_id` != {p1:String} AND
                      (((`touch` = {p3:String}) AND (`occurred_at` >= {p10:DateTime64(3, 'UTC')})) OR ((`touch` = {p12:String}) AND (`occurred_at` >= {p13:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p6:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p7:String}) AND (NOT `is_refund`) AND (NOT (`platform` = {p8:String})))))
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
  UNION ALL
  SELECT
    toString({p1:String}) AS text,
    toInt64(0) AS n
  FROM (
    -- ScanCosts of tenant TENANT, from 2026-03-01 until before 2026-04-01, where (not platform in ["web"] and country in ["DE", "FR"]), for their groups alone
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
    WHERE `tenant_id` = {p9:UUID} AND
      `day` >= {p14:Date} AND
      `day` < {p15:Date} AND
      (NOT (`platform` = {p8:String})) AND
      `country` IN {p4:Array(String)}
  )
  GROUP BY text
)
LIMIT 1001
-- p1 String = ""
-- p2 String = "1"
-- p3 String = "click"
-- p4 Array(String) = ["DE","FR"]
-- p5 String = "none"
-- p6 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p7 String = "purchase"
-- p8 String = "web"
-- p9 UUID = "TENANT"
-- p10 DateTime64(3, 'UTC') = "2026-01-30 00:00:00.000"
-- p11 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p12 String = "impression"
-- p13 DateTime64(3, 'UTC') = "2026-02-19 00:00:00.000"
-- p14 Date = "2026-03-01"
-- p15 Date = "2026-04-01"

-- CountJourneys by the last 2 groups and the next, by group and number of groups on the path, with the touches after a last conversion that end before 2026-04-01T00:00:00.000Z, with their revenue, telling whether country in ["DE", "FR"], at most 200000 of them
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
    arrayJoin(arrayFilter((fact) -> (tupleElement(fact, 1) = 1) OR ((NOT is_null) AND (is_first OR (n = 0))), array(tuple(toUInt8(1), concat(toString(before2), toString(before1)), toString(to), toUInt32(if(place > n, if(is_null, 2, 1), 0))), tuple(toUInt8(0), {p16:String}, toString(to), toUInt32(groups))))) AS fact,
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
      before1,
      before2
    FROM (
      SELECT
        n,
        arrayMap((touch) -> toLowCardinality(concat(tupleElement(touch, 2), char(0))), path) AS steps,
        arrayMap((touch) -> toUInt8(tupleElement(touch, 3)), path) AS shown_steps,
        length(arrayDistinct(steps)) AS groups,
        is_null,
        revenue
      FROM (
        SELECT
          arrayFilter((touch) -> (tupleElement(touch, 1) <= until) AND (tupleElement(touch, 1) >= if(bitAnd(tupleElement(touch, 1), 1) = 1, clicks_since, views_since)), arrayZip(times, texts, shown)) AS path,
          toInt64(length(path)) AS n,
          tupleElement(conversion, 2) AS revenue,
          tupleElement(conversion, 5) AS is_null
        FROM (
          SELECT
            times,
            texts,
            shown,
            arrayJoin(conversions) AS conversion,
            (tupleElement(conversion, 3) + 8796093022208) * 2 AS clicks_since,
            (tupleElement(conversion, 4) + 8796093022208) * 2 AS views_since,
            ((tupleElement(conversion, 1) + 8796093022208) * 2) + 1 AS until
          FROM (
            SELECT
              times,
              texts,
              shown,
              conversions
            FROM (
              SELECT
                if(is_cut, arraySlice(times, greatest(arrayFirstIndex((time) -> time >= ((least(tupleElement(arrayElement(part, 1), 3), tupleElement(arrayElement(part, 1), 4)) + 8796093022208) * 2), times), 1), arrayCount((time) -> (time >= ((least(tupleElement(arrayElement(part, 1), 3), tupleElement(arrayElement(part, 1), 4)) + 8796093022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), times) AS part_times,
                if(is_cut, arraySlice(texts, greatest(arrayFirstIndex((time) -> time >= ((least(tupleElement(arrayElement(part, 1), 3), tupleElement(arrayElement(part, 1), 4)) + 8796093022208) * 2), times), 1), arrayCount((time) -> (time >= ((least(tupleElement(arrayElement(part, 1), 3), tupleElement(arrayElement(part, 1), 4)) + 8796093022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), texts) AS part_texts,
                if(is_cut, arraySlice(shown, greatest(arrayFirstIndex((time) -> time >= ((least(tupleElement(arrayElement(part, 1), 3), tupleElement(arrayElement(part, 1), 4)) + 8796093022208) * 2), times), 1), arrayCount((time) -> (time >= ((least(tupleElement(arrayElement(part, 1), 3), tupleElement(arrayElement(part, 1), 4)) + 8796093022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), shown) AS part_shown,
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
                    arrayMap((text) -> substring(text, (position(text, char(0), 9) + 1) + 0, 1) = {p17:String}, touches) AS shown,
                    conversions
                  FROM (
                    -- CollectPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund and not platform in ["web"]): clicks of 30 days and impressions of 10 days before, by g1 = channel, g2 = country, ties by event id
                    -- ScanEvents of tenant TENANT, since ever until before 2106-01-01T00:00:00.000Z, where (known user and (touch is click or touch is impression or (event in ["purchase"] and not refund and not platform in ["web"])))
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p18:String})))), `event_id`, char(0), toString(toUInt8(`country` IN {p19:Array(String)})), `channel`, char(0), `country`, char(0)), `touch` != {p20:String})) AS touches,
                      maxIf(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208, `touch` != {p20:String}) AS last_touch,
                      maxIf(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208, (`user_id` != {p16:String}) AND (`event` = {p21:String}) AND (NOT `is_refund`) AND (NOT (`platform` = {p22:String}))) AS last_conversion,
                      arrayConcat(arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`), `revenue`, toUnixTimestamp64Milli(`occurred_at`) - 2592000000, toUnixTimestamp64Milli(`occurred_at`) - 864000000, toUInt8(0)), (`occurred_at` >= {p23:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p24:DateTime64(3, 'UTC')}) AND ((`user_id` != {p16:String}) AND (`event` = {p21:String}) AND (NOT `is_refund`) AND (NOT (`platform` = {p22:String}))))), arrayFilter((each) -> (last_touch >= 10568416222208) AND (last_touch < 10571094622208) AND (last_touch > last_conversion), array(tuple(last_touch - 8796093022208, toDecimal128(0, 6), last_conversion - 8796093022207, last_conversion - 8796093022207, toUInt8(1))))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p25:UUID} AND
                      `occurred_at` < {p26:DateTime64(3, 'UTC')} AND
                      `user_id` != {p16:String} AND
                      ((`touch` = {p18:String}) OR (`touch` = {p27:String}) OR ((`event` = {p21:String}) AND (NOT `is_refund`) AND (NOT (`platform` = {p22:String}))))
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
    )
    ARRAY JOIN arrayPushBack(steps, toLowCardinality({p16:String})) AS to, range(toInt64(1), n + 2) AS place, arrayPushBack(shown_steps, toUInt8(0)) AS shown, arrayPushBack(arrayMap((nth) -> nth = 1, arrayEnumerateUniq(steps)), toUInt8(0)) AS is_first, arrayPushFront(steps, toLowCardinality({p16:String})) AS before1, arrayShiftRight(arrayPushFront(steps, toLowCardinality({p16:String})), 1, toLowCardinality({p16:String})) AS before2
  )
)
GROUP BY fact
LIMIT 200001
-- p16 String = ""
-- p17 String = "1"
-- p18 String = "click"
-- p19 Array(String) = ["DE","FR"]
-- p20 String = "none"
-- p21 String = "purchase"
-- p22 String = "web"
-- p23 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p24 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p25 UUID = "TENANT"
-- p26 DateTime64(3, 'UTC') = "2106-01-01 00:00:00.000"
-- p27 String = "impression"
