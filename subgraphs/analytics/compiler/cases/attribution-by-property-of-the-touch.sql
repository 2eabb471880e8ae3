-- SortLimit g1 ASC, g2 ASC, first 1000
-- DivideCredit m1 = conversions by LINEAR, touchpoints by g1, g2, showing touches where app_version starts with "1."
SELECT
  arrayElement(splitByChar(char(0), text), 1) AS g1,
  arrayElement(splitByChar(char(0), text), 2) AS g2,
  sum(divideDecimal(toDecimal256(conversions_all, 0), toDecimal256(greatest(n, 1), 0), 30)) AS m1,
  sum(cell_touchpoints) AS touchpoints
FROM (
  SELECT
    text,
    n,
    toInt64(count()) AS conversions_all,
    toInt64(countIf(n > 0)) AS cell_touchpoints
  FROM (
    SELECT
      n,
      tupleElement(row, 1) AS text,
      tupleElement(row, 2) AS place
    FROM (
      SELECT
        n,
        arrayFilter((touch) -> tupleElement(touch, 3), arrayZip(if(n = 0, array(toLowCardinality(char(0))), arrayMap((touch) -> tupleElement(touch, 2), path)), arrayEnumerate(if(n = 0, array(toLowCardinality(char(0))), arrayMap((touch) -> tupleElement(touch, 2), path))), if(n = 0, array(1), arrayMap((touch) -> tupleElement(touch, 3), path)))) AS credited,
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
            (tupleElement(conversion, 1) + 8790909022208) * 2 AS clicks_since,
            (tupleElement(conversion, 1) + 8796006622208) * 2 AS views_since,
            ((tupleElement(conversion, 1) + 8796093022208) * 2) + 1 AS until
          FROM (
            SELECT
              times,
              texts,
              shown,
              conversions
            FROM (
              SELECT
                if(is_cut, arraySlice(times, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8790909022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8790909022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), times) AS part_times,
                if(is_cut, arraySlice(texts, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8790909022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8790909022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), texts) AS part_texts,
                if(is_cut, arraySlice(shown, greatest(arrayFirstIndex((time) -> time >= ((tupleElement(arrayElement(part, 1), 1) + 8790909022208) * 2), times), 1), arrayCount((time) -> (time >= ((tupleElement(arrayElement(part, 1), 1) + 8790909022208) * 2)) AND (time <= (((tupleElement(arrayElement(part, -1), 1) + 8796093022208) * 2) + 1)), times)), shown) AS part_shown,
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
                    arrayMap((text) -> substring(text, 9 + 0, 1) = {p1:String}, touches) AS shown,
                    conversions
                  FROM (
                    -- CollectPaths per conversion from 2026-04-01T00:00:00.000Z on, where (known user and event in ["purchase"] and not refund): clicks of 60 days and impressions of 1 days before, by g1 = property "mode", g2 = platform, reading no more, of users alone who convert
                    -- ScanEvents of tenant TENANT, from 2026-01-31T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where known user
                    SELECT
                      arraySort(groupArrayIf(concat(reinterpretAsFixedString(byteSwap(toUInt64(((toUnixTimestamp64Milli(`occurred_at`) + 8796093022208) * 2) + (`touch` = {p2:String})))), toString(toUInt8(startsWith(`app_version`, {p3:String}))), identity(`properties`)[{p4:String}], char(0), `platform`, char(0)), `touch` != {p5:String})) AS touches,
                      arraySort(groupArrayIf(tuple(toUnixTimestamp64Milli(`occurred_at`)), (`occurred_at` >= {p6:DateTime64(3, 'UTC')}) AND ((`user_id` != {p7:String}) AND (`event` = {p8:String}) AND (NOT `is_refund`)))) AS conversions
                    FROM `events`
                    WHERE `tenant_id` = {p9:UUID} AND
                      `occurred_at` >= {p10:DateTime64(3, 'UTC')} AND
                      `occurred_at` < {p11:DateTime64(3, 'UTC')} AND
                      `user_id` != {p7:String} AND
                      (((`touch` = {p2:String}) AND (`occurred_at` >= {p10:DateTime64(3, 'UTC')})) OR ((`touch` = {p12:String}) AND (`occurred_at` >= {p13:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p6:DateTime64(3, 'UTC')}) AND ((`user_id` != {p7:String}) AND (`event` = {p8:String}) AND (NOT `is_refund`)))) AND
                      (`user_id` IN (
                      SELECT
                        `user_id`
                      FROM `events`
                      WHERE `tenant_id` = {p9:UUID} AND
                        `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
                        `occurred_at` < {p11:DateTime64(3, 'UTC')} AND
                        `user_id` != {p7:String} AND
                        `event` = {p8:String} AND
                        (NOT `is_refund`)
                    ))
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
GROUP BY g1, g2
ORDER BY empty(g1) ASC, g1 ASC, empty(g2) ASC, g2 ASC
LIMIT 1001
-- p1 String = "1"
-- p2 String = "click"
-- p3 String = "1."
-- p4 String = "mode"
-- p5 String = "none"
-- p6 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p7 String = ""
-- p8 String = "purchase"
-- p9 UUID = "TENANT"
-- p10 DateTime64(3, 'UTC') = "2026-01-31 00:00:00.000"
-- p11 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p12 String = "impression"
-- p13 DateTime64(3, 'UTC') = "2026-03-31 00:00:00.000"
