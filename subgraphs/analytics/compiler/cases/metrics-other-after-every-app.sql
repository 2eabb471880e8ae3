-- SortLimit g1 ASC, first 1000
SELECT
  g1 AS g1,
  m1 AS m1,
  m2 AS m2,
  other AS other,
  total AS total
FROM (
  -- Arrange the best 1 by m2 DESC and Other
  SELECT
    g1 AS g1,
    m1 AS m1,
    m2 AS m2,
    other AS other,
    seen AS seen,
    total AS total
  FROM (
    -- Divide nothing
    SELECT
      g1 AS g1,
      m1 AS m1,
      m2 AS m2,
      other AS other,
      seen AS seen,
      total AS total
    FROM (
      SELECT
        k_g1 AS g1,
        countMerge(s_m1) AS m1,
        uniqExactMerge(s_m2) AS m2,
        other AS other,
        sum(rows_seen) AS seen,
        grouping(other) AS total
      FROM (
        SELECT
          if(place > 1, defaultValueOfArgumentType(g1), g1) AS k_g1,
          place > 1 AS other,
          s_m1 AS s_m1,
          s_m2 AS s_m2,
          rows_seen AS rows_seen
        FROM (
          SELECT
            g1 AS g1,
            s_m1 AS s_m1,
            s_m2 AS s_m2,
            rows_seen AS rows_seen,
            dense_rank() OVER (ORDER BY group_seen > 0 DESC, ranked_by DESC NULLS LAST, empty(g1) ASC, toString(g1) ASC) AS place
          FROM (
            SELECT
              g1 AS g1,
              s_m1 AS s_m1,
              s_m2 AS s_m2,
              rows_seen AS rows_seen,
              group_seen AS group_seen,
              m2 AS ranked_by
            FROM (
              SELECT
                g1 AS g1,
                s_m1 AS s_m1,
                s_m2 AS s_m2,
                rows_seen AS rows_seen,
                uniqExactMerge(s_m2) OVER (PARTITION BY g1) AS m2,
                sum(rows_seen) OVER (PARTITION BY g1) AS group_seen
              FROM (
                -- Aggregate m1 = rows of event in ["install"], m2 = users of (known user and touch is none and not event in ["install"] and not refund) by g1 = app_id, with totals
                SELECT
                  g1 AS g1,
                  countStateIf(f1) AS s_m1,
                  uniqExactStateIf(u, f2) AS s_m2,
                  count() AS rows_seen
                FROM (
                  -- ScanEvents of tenant TENANT, from 2026-03-02T00:00:00.000Z until before 2026-03-30T00:00:00.000Z, where all
                  SELECT
                    `app_id` AS g1,
                    `user_id` AS u,
                    `event` = {p1:String} AS f1,
                    (`user_id` != {p2:String}) AND (`touch` = {p3:String}) AND (NOT (`event` = {p1:String})) AND (NOT `is_refund`) AS f2
                  FROM `events`
                  WHERE `tenant_id` = {p4:UUID} AND
                    `occurred_at` >= {p5:DateTime64(3, 'UTC')} AND
                    `occurred_at` < {p6:DateTime64(3, 'UTC')}
                  UNION ALL
                  SELECT
                    `app_id` AS g1,
                    {p2:String} AS u,
                    0 AS f1,
                    0 AS f2
                  FROM (
                    -- ScanCosts of tenant TENANT, from 2026-03-02 until before 2026-03-30, where all, for their groups alone
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
                    WHERE `tenant_id` = {p4:UUID} AND
                      `day` >= {p7:Date} AND
                      `day` < {p8:Date}
                  )
                )
                GROUP BY g1
              )
            )
          )
        )
      )
      GROUP BY GROUPING SETS ((k_g1, other), ())
    )
  )
)
WHERE ((seen > 0) OR (total = 1))
ORDER BY total DESC, empty(g1) ASC, toString(g1) ASC, other ASC
LIMIT 1002
-- p1 String = "install"
-- p2 String = ""
-- p3 String = "none"
-- p4 UUID = "TENANT"
-- p5 DateTime64(3, 'UTC') = "2026-03-02 00:00:00.000"
-- p6 DateTime64(3, 'UTC') = "2026-03-30 00:00:00.000"
-- p7 Date = "2026-03-02"
-- p8 Date = "2026-03-30"
