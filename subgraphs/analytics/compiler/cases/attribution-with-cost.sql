-- SortLimit g1 ASC, g2 ASC, first 8
-- DivideCredit m1 = conversions by LAST_NON_DIRECT, m2 = revenue by FIRST_TOUCH, cost by g1, g2, showing touches where not partner_id in ["partner-2"] and conversions without touches, with totals
SELECT
  arrayElement(splitByChar(char(0), text), 1) AS g1,
  arrayElement(splitByChar(char(0), text), 2) AS g2,
  sum(conversions_last_non_direct) AS m1,
  sum(revenue_first) AS m2,
  sum(cell_cost) AS cost
FROM (
  SELECT
    text,
    n,
    toInt64(countIf(place = last_non_direct)) AS conversions_last_non_direct,
    sumIf(revenue, place = 1) AS revenue_first,
    toDecimal128(0, 6) AS cell_cost
  FROM (
    SELECT
      n,
      revenue,
      last_non_direct,
      tupleElement(row, 1) AS text,
      tupleElement(row, 2) AS place
    FROM (
      SELECT
        n,
        revenue,
        last_non_direct,
        arrayFilter((touch) -> tupleElement(touch, 3), arrayZip(if(n = 0, array(toLowCardinality(char(0))), arrayMap((touch) -> tupleElement(touch, 2), path)), arrayEnumerate(if(n = 0, array(toLowCardinality(char(0))), arrayMap((touch) -> tupleElement(touch, 2), path))), if(n = 0, array(1), arrayMap((touch) -> tupleElement(touch, 3), path)))) AS credited,
        arrayJoin(credited) AS row
      FROM (
        SELECT
          arrayFilter((touch) -> (tupleElement(touch, 1) <= until) AND (tupleElement(touch, 1) >= if(bitAnd(tupleElement(touch, 1), 1) = 1, clicks_since, views_since)), arrayZip(times, texts, shown, direct)) AS path,
          toInt64(length(path)) AS n,
          tupleElement(conversion, 2) AS revenue,
          if(arrayLastIndex((touch) -> NOT tupleElement(touch, 4), path) = 0, greatest(n, 1), arrayLastIndex((touch) -> NOT tupleElement(touch, 4), path)) AS last_non_direct
        FROM (
          SELECT
            times,
            texts,
            shown,
            direct,
            arrayJoin(conversions) AS conversion,
            (tupleElement(conversion, 1) + 8793501022208) * 2 AS clicks_since,
            (tupleElement(conversion, 1) + 8795488222208) * 2 AS views_since,
            ((tupleElement(conversion, 1) + 8796093022208) * 2) + 1 AS until
          FROM (
            SELECT
              times,
              texts,
              shown,
              direct,
              conversions
            FROM (
              SELECT
                if(is_cut, arraySlice(times, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), times) AS part_times,
                if(is_cut, arraySlice(texts, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), texts) AS part_texts,
                if(is_cut, arraySlice(shown, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), shown) AS part_shown,
                if(is_cut, arraySlice(direct, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8793501022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), direct) AS part_direct,
                part
              FROM (
                SELECT
                  times,
                  texts,
                  shown,
                  direct,
                  greatest(16, intDiv(524288, greatest(length(times), 1))) AS size,
                  length(conversions) > size AS is_cut,
                  arrayJoin(arrayMap((start) -> arraySlice(conversions, start, size), range(1, length(conversions) + 1, size))) AS part
                FROM (
                  SELECT
                    arrayMap((text) -> toInt64(byteSwap(reinterpretAsUInt64(substring(text, 1, 8)))), touches) AS times,
                    arrayMap((text) -> toLowCardinality(substring(substring(text, (position(text, char(0), 9) + 1) + 2), 1, length(substring(text, (position(text, char(0), 9) + 1) + 2)) - 1)), touches) AS texts,
                    arrayMap((text) -> substring(text, (position(text, char(0), 9) + 1) + 0, 1) = {p1:String}, touches) AS shown,
                    arrayMap((text) -> substring(text, (position(text, char(0), 9) + 1) + 1, 1) = {p1:String}, touches) AS direct,
                    conversions
                  FROM (
                    -- CollectPaths per conversion from 2026-03-08T18:30:00.000Z on, where (known user and event in ["purchase"] and not refund and country in ["DE", "US"] and not platform in [""]): clicks of 30 days and impressions of 7 days before, by g1 = campaign_id, g2 = channel, ties by event id, reading no more, of users alone who convert
                    -- ScanEvents of tenant TENANT, from 2026-02-06T18:30:00.000Z until before 2026-04-05T18:30:00.000Z, where known user
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p2:String})))), `event_id`, char(0), toString(toUInt8(NOT (`partner_id` = {p3:String}))), toString(toUInt8(`channel` = {p4:String})), `campaign_id`, char(0), `channel`, char(0)), `touch` != {p5:String})) AS touches,
                      arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`), `revenue`), (`occurred_at` >= {p6:DateTime64(3, 'UTC')}) AND ((`user_id` != {p7:String}) AND (`event` = {p8:String}) AND (NOT `is_refund`) AND (`country` IN {p9:Array(String)}) AND (NOT (`platform` = {p7:String}))))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p10:UUID} AND
                      `occurred_at` >= {p11:DateTime64(3, 'UTC')} AND
                      `occurred_at` < {p12:DateTime64(3, 'UTC')} AND
                      `user_id` != {p7:String} AND
                      (((`touch` = {p2:String}) AND (`occurred_at` >= {p11:DateTime64(3, 'UTC')})) OR ((`touch` = {p13:String}) AND (`occurred_at` >= {p14:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p6:DateTime64(3, 'UTC')}) AND ((`user_id` != {p7:String}) AND (`event` = {p8:String}) AND (NOT `is_refund`) AND (`country` IN {p9:Array(String)}) AND (NOT (`platform` = {p7:String}))))) AND
                      (`user_id` IN (
                      SELECT
                        `user_id`
                      FROM `events`
                      WHERE `tenant_id` = {p10:UUID} AND
                        `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
                        `occurred_at` < {p12:DateTime64(3, 'UTC')} AND
                        `user_id` != {p7:String} AND
                        `event` = {p8:String} AND
                        (NOT `is_refund`) AND
                        `country` IN {p9:Array(String)} AND
                        (NOT (`platform` = {p7:String}))
                    ))
                    GROUP BY `user_id`
                    HAVING notEmpty(conversions)
                  )
                  WHERE throwIf((length(touches) * length(conversions)) > 500000000) = 0
                )
              )
            )
            ARRAY JOIN arrayResize(array(part_times), intDiv(length(part_times) * length(part), 32) + 1) AS times, arrayResize(array(part_texts), intDiv(length(part_times) * length(part), 32) + 1) AS texts, arrayResize(array(part_shown), intDiv(length(part_times) * length(part), 32) + 1) AS shown, arrayResize(array(part_direct), intDiv(length(part_times) * length(part), 32) + 1) AS direct, arrayResize(array(part), intDiv(length(part_times) * length(part), 32) + 1) AS conversions
            WHERE notEmpty(conversions)
          )
        )
      )
    )
  )
  GROUP BY text, n
  UNION ALL
  SELECT
    concat(`campaign_id`, char(0), `channel`) AS text,
    toInt64(0) AS n,
    toInt64(0) AS conversions_last_non_direct,
    toDecimal128(0, 6) AS revenue_first,
    sum(amount) AS cell_cost
  FROM (
    -- ScanCosts of tenant TENANT, from 2026-03-09 until before 2026-04-06, where (country in ["DE", "US"] and not platform in [""] and not partner_id in ["partner-2"]), of a day, app, channel, partner and campaign the best source, of what it states twice the newest
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
        WHERE `tenant_id` = {p10:UUID} AND
          `day` >= {p15:Date} AND
          `day` < {p16:Date}
        GROUP BY `day`, `app_id`, `channel`, `partner_id`, `campaign_id`
      )
    )
    WHERE `country` IN {p9:Array(String)} AND
      (NOT (`platform` = {p7:String})) AND
      (NOT (`partner_id` = {p3:String}))
  )
  GROUP BY text
)
GROUP BY g1, g2 WITH TOTALS
ORDER BY empty(g1) ASC, g1 ASC, empty(g2) ASC, g2 ASC
LIMIT 9
-- p1 String = "1"
-- p2 String = "click"
-- p3 String = "partner-2"
-- p4 String = "direct"
-- p5 String = "none"
-- p6 DateTime64(3, 'UTC') = "2026-03-08 18:30:00.000"
-- p7 String = ""
-- p8 String = "purchase"
-- p9 Array(String) = ["DE","US"]
-- p10 UUID = "TENANT"
-- p11 DateTime64(3, 'UTC') = "2026-02-06 18:30:00.000"
-- p12 DateTime64(3, 'UTC') = "2026-04-05 18:30:00.000"
-- p13 String = "impression"
-- p14 DateTime64(3, 'UTC') = "2026-03-01 18:30:00.000"
-- p15 Date = "2026-03-09"
-- p16 Date = "2026-04-06"
