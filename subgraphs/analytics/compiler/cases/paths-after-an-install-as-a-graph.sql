-- SortLimit in no order, first 100, only totals shown
-- CountEventPaths, with a graph of 2 events in each position
SELECT
  part AS part,
  step AS step,
  source_kind AS source_kind,
  source AS source,
  target_kind AS target_kind,
  target AS target,
  sum(own_conversions) AS conversions
FROM (
  SELECT
    part,
    step,
    if(part = 0, if((kind_1 = 2) AND (rank_1 > 2), 3, kind_1), 0) AS source_kind,
    if((part = 0) AND ((kind_1 = 2) AND (rank_1 <= 2)), name_1, {p1:String}) AS source,
    if(part = 2, 1, if((kind_2 = 2) AND (rank_2 > 2), 3, kind_2)) AS target_kind,
    if((NOT (part = 2)) AND ((kind_2 = 2) AND (rank_2 <= 2)), name_2, {p1:String}) AS target,
    own_conversions
  FROM (
    SELECT
      step,
      kind_1,
      name_1,
      kind_2,
      name_2,
      own_conversions,
      dense_rank() OVER (PARTITION BY step, kind_1 ORDER BY flow_1 DESC, name_1 ASC) AS rank_1,
      dense_rank() OVER (PARTITION BY step, kind_2 ORDER BY flow_2 DESC, name_2 ASC) AS rank_2
    FROM (
      SELECT
        step,
        kind_1,
        name_1,
        kind_2,
        name_2,
        own_conversions,
        sum(own_conversions) OVER (PARTITION BY step, kind_1, name_1) AS flow_1,
        sum(own_conversions) OVER (PARTITION BY step, kind_2, name_2) AS flow_2
      FROM (
        SELECT
          step,
          kind_1,
          name_1,
          kind_2,
          name_2,
          sum(path_conversions) AS own_conversions
        FROM (
          SELECT
            step,
            path_conversions,
            name_1,
            name_2,
            if(step = 0, 0, if(step = 1, 0, 2)) AS kind_1,
            if(step = 0, 0, if(step > n, 5, 2)) AS kind_2
          FROM (
            SELECT
              path_conversions,
              arrayPopBack(splitByChar(char(0), path)) AS names,
              toInt64(length(arrayPopBack(splitByChar(char(0), path)))) AS n
            FROM (
              SELECT
                path,
                count() AS path_conversions
              FROM (
                SELECT
                  arrayStringConcat(arraySlice(arrayCompact(arrayMap((row) -> substring(row, position(row, char(0), 9) + 1, (position(row, char(0), position(row, char(0), 9) + 1) + 1) - (position(row, char(0), 9) + 1)), rows)), 1, 4)) AS path
                FROM (
                  SELECT
                    arrayFilter((row, place) -> (place = 1) OR (NOT endsWith(row, {p2:String})), begun, arrayEnumerate(begun)) AS rows
                  FROM (
                    SELECT
                      arraySlice(rows, arrayFirstIndex((row) -> NOT endsWith(row, {p3:String}), rows)) AS begun
                    FROM (
                      -- CollectEventPaths per user from the first row on where (known user and event in ["install"] and not refund), steps where (known user and touch is none), the first 4 without repeats
                      -- ScanEvents of tenant TENANT, from 2026-03-01T00:00:00.000Z until before 2026-04-10T00:00:00.000Z, where ((known user and touch is none) or (known user and event in ["install"] and not refund))
                      SELECT
                        `user_id`,
                        arraySort(groupArray(concat(reinterpretAsFixedString(byteSwap(toUInt64(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208))), `event_id`, char(0), `event`, char(0), toString(toUInt8((`user_id` != {p1:String}) AND (`event` = {p4:String}) AND (NOT `is_refund`)) + toUInt8(NOT ((`user_id` != {p1:String}) AND (`touch` = {p5:String}))))))) AS rows
                      FROM `events`
                      WHERE `tenant_id` = {p6:UUID} AND
                        `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
                        `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
                        (((`user_id` != {p1:String}) AND (`touch` = {p5:String})) OR ((`user_id` != {p1:String}) AND (`event` = {p4:String}) AND (NOT `is_refund`)))
                      GROUP BY `user_id`
                      HAVING countIf((`user_id` != {p1:String}) AND (`event` = {p4:String}) AND (NOT `is_refund`)) > 0
                    )
                  )
                )
              )
              GROUP BY path
            )
          )
          ARRAY JOIN range(toInt64(1), (toInt64(length(names)) + (n < 4)) + 1) AS step, arrayResize(arrayPushFront(names, {p1:String}), (toInt64(length(names)) + (n < 4)) + 0) AS name_1, arrayResize(arrayPushBack(names, {p1:String}), (toInt64(length(names)) + (n < 4)) + 0) AS name_2
        )
        GROUP BY step, kind_1, name_1, kind_2, name_2
      )
    )
  )
  ARRAY JOIN if(kind_1 = 1, array(0, 1, 2), if(kind_1 = 0, array(1), array(0, 1))) AS part
)
GROUP BY part, step, source_kind, source, target_kind, target
ORDER BY part ASC, step ASC, source_kind ASC, source ASC, target_kind ASC, target ASC
-- p1 String = ""
-- p2 String = "2"
-- p3 String = "0"
-- p4 String = "install"
-- p5 String = "none"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
