-- SortLimit conversions DESC, users DESC, path ASC, first 100
-- CountEventPaths by path, with users, with totals, with a graph of 10 events in each position
SELECT
  part AS part,
  step AS step,
  source_kind AS source_kind,
  source AS source,
  target_kind AS target_kind,
  target AS target,
  sum(own_conversions) AS conversions,
  uniqExactMerge(own_users) AS users,
  sum(own_revenue) AS revenue,
  any(own_tops) AS tops
FROM (
  SELECT
    part,
    step,
    if(part = 0, if((kind_1 = 2) AND (rank_1 > 10), 3, kind_1), 0) AS source_kind,
    if((part = 0) AND ((kind_1 = 2) AND (rank_1 <= 10)), name_1, {p1:String}) AS source,
    if(part = 2, 1, if((kind_2 = 2) AND (rank_2 > 10), 3, kind_2)) AS target_kind,
    if((NOT (part = 2)) AND ((kind_2 = 2) AND (rank_2 <= 10)), name_2, {p1:String}) AS target,
    own_conversions,
    own_users,
    own_revenue,
    own_tops
  FROM (
    SELECT
      step,
      kind_1,
      name_1,
      kind_2,
      name_2,
      own_conversions,
      own_users,
      own_revenue,
      own_tops,
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
        own_users,
        own_revenue,
        own_tops,
        sum(own_conversions) OVER (PARTITION BY step, kind_1, name_1) AS flow_1,
        sum(own_conversions) OVER (PARTITION BY step, kind_2, name_2) AS flow_2
      FROM (
        SELECT
          step,
          kind_1,
          name_1,
          kind_2,
          name_2,
          sum(path_conversions) AS own_conversions,
          uniqExactMergeState(path_users) AS own_users,
          sum(path_revenue) AS own_revenue,
          groupArraySortedIf(101)(tuple(negate(toInt64(path_conversions)), negate(toInt64(finalizeAggregation(path_users))), path, path_revenue), is_all) AS own_tops
        FROM (
          SELECT
            step,
            path_conversions,
            path_users,
            path_revenue,
            path,
            name_1,
            name_2,
            if(step = 1, 0, if(step = negate(n), if(n < 5, 1, 0), 2)) AS kind_1,
            if(step = 1, 0, if(step = 0, 4, 2)) AS kind_2,
            step = 1 AS is_all
          FROM (
            SELECT
              path_conversions,
              path_users,
              path_revenue,
              path,
              arrayPopBack(splitByChar(char(0), path)) AS names,
              toInt64(length(arrayPopBack(splitByChar(char(0), path)))) AS n
            FROM (
              SELECT
                path,
                count() AS path_conversions,
                uniqExactState(user_id) AS path_users,
                sum(revenue) AS path_revenue
              FROM (
                SELECT
                  user_id,
                  arrayStringConcat(arraySlice(arrayCompact(arrayMap((row) -> substring(row, position(row, char(0), 9) + 1), arrayFilter((row) -> row >= since, arrayPopBack(segment)))), -5)) AS path,
                  toDecimal128(substring(arrayElement(segment, -1), position(arrayElement(segment, -1), char(0), 9) + 1, length(arrayElement(segment, -1)) - (position(arrayElement(segment, -1), char(0), 9) + 1)), 6) AS revenue
                FROM (
                  SELECT
                    user_id,
                    segment,
                    reinterpretAsFixedString(byteSwap(toUInt64(((toInt64(byteSwap(reinterpretAsUInt64(substring(arrayElement(segment, -1), 1, 8)))) - 8796093022208) - 2592000000) + 8796093022208))) AS since
                  FROM (
                    SELECT
                      user_id,
                      arrayReverseSplit((row) -> substring(row, -1) != char(0), rows) AS segments
                    FROM (
                      -- CollectEventPaths per conversion from 2026-03-01T00:00:00.000Z on, where (known user and event in ["never"] and not refund): since the one before it and within 30 days, steps where (known user and touch is none), the last 5 without repeats, with revenue
                      -- ScanEvents of tenant TENANT, from 2026-01-30T00:00:00.000Z until before 2026-04-10T00:00:00.000Z, where ((known user and touch is none) or (known user and event in ["never"] and not refund))
                      SELECT
                        `user_id`,
                        arraySort(groupArray(concat(reinterpretAsFixedString(byteSwap(toUInt64(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208))), `event_id`, char(0), if((`user_id` != {p1:String}) AND (`event` = {p2:String}) AND (NOT `is_refund`), concat(toString(`revenue`), if(`occurred_at` >= {p3:DateTime64(3, 'UTC')}, {p4:String}, {p5:String})), concat(`event`, char(0)))))) AS rows
                      FROM `events`
                      WHERE `tenant_id` = {p6:UUID} AND
                        `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
                        `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
                        (((`user_id` != {p1:String}) AND (`touch` = {p9:String})) OR ((`user_id` != {p1:String}) AND (`event` = {p2:String}) AND (NOT `is_refund`)))
                      GROUP BY `user_id`
                      HAVING countIf((`occurred_at` >= {p3:DateTime64(3, 'UTC')}) AND ((`user_id` != {p1:String}) AND (`event` = {p2:String}) AND (NOT `is_refund`))) > 0
                    )
                  )
                  ARRAY JOIN segments AS segment
                  WHERE endsWith(arrayElement(segment, -1), {p4:String})
                )
              )
              GROUP BY path
            )
          )
          ARRAY JOIN range(negate(toInt64(length(names))), toInt64(2)) AS step, arrayPushBack(arrayPushFront(names, {p1:String}), {p1:String}) AS name_1, arrayPushBack(arrayPushBack(names, {p1:String}), {p1:String}) AS name_2
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
-- p2 String = "never"
-- p3 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p4 String = "1"
-- p5 String = "2"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-01-30 00:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
-- p9 String = "none"
