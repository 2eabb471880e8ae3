-- SortLimit g1 ASC, g2 ASC, first 1000
SELECT
  g1 AS g1,
  g2 AS g2,
  m1 AS m1,
  m2 AS m2,
  x1 AS x1,
  other AS other,
  total AS total
FROM (
  -- Arrange the best 1 by m1 DESC and Other, a row for each of 10 HOUR, x1 = m1 / m1 of the totals
  SELECT
    g1 AS g1,
    g2 AS g2,
    m1 AS m1,
    m2 AS m2,
    if(isNull(anyIf(m1, total = 1) OVER ()) OR ((anyIf(m1, total = 1) OVER ()) = 0), NULL, divideDecimal(toDecimal256(m1, 20), toDecimal256(anyIf(m1, total = 1) OVER (), 20), 20)) AS x1,
    other AS other,
    seen AS seen,
    total AS total
  FROM (
    -- Divide nothing
    SELECT
      g1 AS g1,
      g2 AS g2,
      m1 AS m1,
      m2 AS m2,
      other AS other,
      seen AS seen,
      total AS total
    FROM (
      SELECT
        bucket AS g1,
        g2 AS g2,
        anyIf(v_m1, real = 1) AS m1,
        anyIf(v_m2, real = 1) AS m2,
        other AS other,
        countIf(real = 0) AS seen,
        total AS total
      FROM (
        SELECT
          g2 AS g2,
          other AS other,
          total AS total,
          tupleElement(x, 1) AS bucket,
          tupleElement(x, 2) AS real,
          m1 AS v_m1,
          m2 AS v_m2
        FROM (
          SELECT
            g1 AS g1,
            g2 AS g2,
            m1 AS m1,
            m2 AS m2,
            other AS other,
            total AS total,
            row_number() OVER (PARTITION BY g2, other, total) AS nth,
            max(seen) OVER (PARTITION BY g2, other, total) AS group_seen
          FROM (
            SELECT
              k_g1 AS g1,
              k_g2 AS g2,
              countMerge(s_m1) AS m1,
              uniqExactMerge(s_m2) AS m2,
              other AS other,
              sum(rows_seen) AS seen,
              grouping(other) AS total
            FROM (
              SELECT
                g1 AS k_g1,
                if(place > 1, defaultValueOfArgumentType(g2), g2) AS k_g2,
                place > 1 AS other,
                s_m1 AS s_m1,
                s_m2 AS s_m2,
                rows_seen AS rows_seen
              FROM (
                SELECT
                  g1 AS g1,
                  g2 AS g2,
                  s_m1 AS s_m1,
                  s_m2 AS s_m2,
                  rows_seen AS rows_seen,
                  dense_rank() OVER (ORDER BY group_seen > 0 DESC, ranked_by DESC NULLS LAST, empty(g2) ASC, g2 ASC) AS place
                FROM (
                  SELECT
                    g1 AS g1,
                    g2 AS g2,
                    s_m1 AS s_m1,
                    s_m2 AS s_m2,
                    rows_seen AS rows_seen,
                    group_seen AS group_seen,
                    m1 AS ranked_by
                  FROM (
                    SELECT
                      g1 AS g1,
                      g2 AS g2,
                      s_m1 AS s_m1,
                      s_m2 AS s_m2,
                      rows_seen AS rows_seen,
                      countMerge(s_m1) OVER (PARTITION BY g2) AS m1,
                      sum(rows_seen) OVER (PARTITION BY g2) AS group_seen
                    FROM (
                      -- Aggregate m1 = rows of event in ["session"], m2 = users of (known user and touch is none and not event in ["install"] and not refund) by g1 = HOUR in Europe/Berlin, g2 = channel, with totals
                      SELECT
                        toUnixTimestamp(`occurred_at`) - modulo(toUnixTimestamp(`occurred_at`) + timezoneOffset(toTimeZone(`occurred_at`, {p1:String})), 3600) AS g1,
                        `channel` AS g2,
                        countStateIf(`event` = {p2:String}) AS s_m1,
                        uniqExactStateIf(`user_id`, (`user_id` != {p3:String}) AND (`touch` = {p4:String}) AND (NOT (`event` = {p5:String})) AND (NOT `is_refund`)) AS s_m2,
                        count() AS rows_seen
                      FROM `events`
                      WHERE `tenant_id` = {p6:UUID} AND
                        `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
                        `occurred_at` < {p8:DateTime64(3, 'UTC')}
                      GROUP BY g1, g2
                    )
                  )
                )
              )
            )
            GROUP BY GROUPING SETS ((k_g1, k_g2, other), ())
          )
        )
        ARRAY JOIN arrayConcat(array(tuple(g1, 1)), arrayFilter((b) -> (nth = 1) AND (group_seen > 0) AND (total = 0), arrayMap((b) -> tuple(b, 0), arrayConcat(emptyArrayInt64(), arrayMap((i) -> toInt64(1774728000 + multiply(i, 3600)), range(5)), arrayMap((i) -> toInt64(1774746000 + multiply(i, 3600)), range(5)))))) AS x
      )
      GROUP BY bucket, g2, other, total
    )
  )
)
WHERE ((seen > 0) OR (total = 1))
ORDER BY total DESC, g1 ASC NULLS LAST, empty(g2) ASC, g2 ASC, other ASC
LIMIT 1002
-- p1 String = "Europe/Berlin"
-- p2 String = "session"
-- p3 String = ""
-- p4 String = "none"
-- p5 String = "install"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-03-28 20:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-03-29 06:00:00.000"
