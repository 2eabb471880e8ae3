-- SortLimit g1 ASC, g2 ASC, first 1000
-- DivideCredit nothing by g1, g2, showing touches where all and conversions without touches
SELECT
  arrayElement(splitByChar(char(0), text), 1) AS g1,
  arrayElement(splitByChar(char(0), text), 2) AS g2
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
        arrayZip(if(n = 0, array(toLowCardinality(char(0))), arrayMap((touch) -> tupleElement(touch, 2), path)), arrayEnumerate(if(n = 0, array(toLowCardinality(char(0))), arrayMap((touch) -> tupleElement(touch, 2), path)))) AS credited,
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
                    -- CollectPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund and country in ["DE", "US"]): clicks of 30 days and impressions of 10 days before, by g1 = property "placement", g2 = platform, reading no more
                    -- ScanEvents of tenant TENANT, from 2026-01-30T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where known user
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p1:String})))), identity(`properties`)[{p2:String}], char(0), `platform`, char(0)), `touch` != {p3:String})) AS touches,
                      arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`)), (`occurred_at` >= {p4:DateTime64(3, 'UTC')}) AND ((`user_id` != {p5:String}) AND (`event` = {p6:String}) AND (NOT `is_refund`) AND (`country` IN {p7:Array(String)})))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p8:UUID} AND
                      `occurred_at` >= {p9:DateTime64(3, 'UTC')} AND
                      `occurred_at` < {p10:DateTime64(3, 'UTC')} AND
                      `user_id` != {p5:String} AND
                      (((`touch` = {p1:String}) AND (`occurred_at` >= {p9:DateTime64(3, 'UTC')})) OR ((`touch` = {p11:String}) AND (`occurred_at` >= {p12:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p4:DateTime64(3, 'UTC')}) AND ((`user_id` != {p5:String}) AND (`event` = {p6:String}) AND (NOT `is_refund`) AND (`country` IN {p7:Array(String)}))))
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
GROUP BY g1, g2
ORDER BY empty(g1) ASC, g1 ASC, empty(g2) ASC, g2 ASC
LIMIT 1001
-- p1 String = "click"
-- p2 String = "placement"
-- p3 String = "none"
-- p4 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p5 String = ""
-- p6 String = "purchase"
-- p7 Array(String) = ["DE","US"]
-- p8 UUID = "TENANT"
-- p9 DateTime64(3, 'UTC') = "2026-01-30 00:00:00.000"
-- p10 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p11 String = "impression"
-- p12 DateTime64(3, 'UTC') = "2026-02-19 00:00:00.000"

-- CountJourneys by the last 2 groups and the next, by group and number of groups on the path, with the touches after a last conversion that end before 2026-04-01T00:00:00.000Z, with their revenue, telling whether all, at most 200000 of them
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
    arrayJoin(arrayFilter((fact) -> (tupleElement(fact, 1) = 1) OR ((NOT is_null) AND (is_first OR (n = 0))), array(tuple(toUInt8(1), concat(toString(before2), toString(before1)), toString(to), toUInt32(if(place > n, if(is_null, 2, 1), 0))), tuple(toUInt8(0), {p13:String}, toString(to), toUInt32(groups))))) AS fact,
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
                    -- CollectPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund and country in ["DE", "US"]): clicks of 30 days and impressions of 10 days before, by g1 = property "placement", g2 = platform, ties by event id
                    -- ScanEvents of tenant TENANT, since ever until before 2106-01-01T00:00:00.000Z, where (known user and (touch is click or touch is impression or (event in ["purchase"] and not refund and country in ["DE", "US"])))
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p14:String})))), `event_id`, char(0), identity(`properties`)[{p15:String}], char(0), `platform`, char(0)), `touch` != {p16:String})) AS touches,
                      maxIf(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208, `touch` != {p16:String}) AS last_touch,
                      maxIf(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208, (`user_id` != {p13:String}) AND (`event` = {p17:String}) AND (NOT `is_refund`) AND (`country` IN {p18:Array(String)})) AS last_conversion,
                      arrayConcat(arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`), `revenue`, toUnixTimestamp64Milli(`occurred_at`) - 2592000000, toUnixTimestamp64Milli(`occurred_at`) - 864000000, toUInt8(0)), (`occurred_at` >= {p19:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p20:DateTime64(3, 'UTC')}) AND ((`user_id` != {p13:String}) AND (`event` = {p17:String}) AND (NOT `is_refund`) AND (`country` IN {p18:Array(String)})))), arrayFilter((each) -> (last_touch >= 10568416222208) AND (last_touch < 10571094622208) AND (last_touch > last_conversion), array(tuple(last_touch - 8796093022208, toDecimal128(0, 6), last_conversion - 8796093022207, last_conversion - 8796093022207, toUInt8(1))))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p21:UUID} AND
                      `occurred_at` < {p22:DateTime64(3, 'UTC')} AND
                      `user_id` != {p13:String} AND
                      ((`touch` = {p14:String}) OR (`touch` = {p23:String}) OR ((`event` = {p17:String}) AND (NOT `is_refund`) AND (`country` IN {p18:Array(String)})))
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
    ARRAY JOIN arrayPushBack(steps, toLowCardinality({p13:String})) AS to, range(toInt64(1), n + 2) AS place, arrayPushBack(shown_steps, toUInt8(0)) AS shown, arrayPushBack(arrayMap((nth) -> nth = 1, arrayEnumerateUniq(steps)), toUInt8(0)) AS is_first, arrayPushFront(steps, toLowCardinality({p13:String})) AS before1, arrayShiftRight(arrayPushFront(steps, toLowCardinality({p13:String})), 1, toLowCardinality({p13:String})) AS before2
  )
)
GROUP BY fact
LIMIT 200001
-- p13 String = ""
-- p14 String = "click"
-- p15 String = "placement"
-- p16 String = "none"
-- p17 String = "purchase"
-- p18 Array(String) = ["DE","US"]
-- p19 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p20 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p21 UUID = "TENANT"
-- p22 DateTime64(3, 'UTC') = "2106-01-01 00:00:00.000"
-- p23 String = "impression"
