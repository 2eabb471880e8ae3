-- SortLimit g1 ASC, first 1000
SELECT
  g1 AS g1,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4,
  m6 AS m6,
  m7 AS m7,
  m8 AS m8,
  q1 AS q1,
  other AS other,
  total AS total
FROM (
  -- Arrange the best 1 by m8 DESC and Other
  SELECT
    g1 AS g1,
    m1 AS m1,
    m2 AS m2,
    m3 AS m3,
    m4 AS m4,
    m6 AS m6,
    m7 AS m7,
    m8 AS m8,
    q1 AS q1,
    other AS other,
    seen AS seen,
    total AS total
  FROM (
    -- Divide q1 = m1 / m6
    SELECT
      g1 AS g1,
      m1 AS m1,
      m2 AS m2,
      m3 AS m3,
      m4 AS m4,
      m6 AS m6,
      m7 AS m7,
      m8 AS m8,
      if(m6 = 0, NULL, round(divideDecimal(toDecimal256(m1, 20), toDecimal256(m6, 0), 12), 6)) AS q1,
      other AS other,
      seen AS seen,
      total AS total
    FROM (
      SELECT
        k_g1 AS g1,
        sumOrNullMerge(s_m1) AS m1,
        minOrNullMerge(s_m2) AS m2,
        maxOrNullMerge(s_m3) AS m3,
        if((length(arraySort(groupArrayMerge(s_m4))) > 0), round(divideDecimal(assumeNotNull(multiply(arrayElement(arraySort(groupArrayMerge(s_m4)), intDiv(multiply(greatest(length(arraySort(groupArrayMerge(s_m4))), 1) - 1, 500000), 1000000) + 1), 1000000) + multiply(arrayElement(arraySort(groupArrayMerge(s_m4)), least((intDiv(multiply(greatest(length(arraySort(groupArrayMerge(s_m4))), 1) - 1, 500000), 1000000) + 1) + 1, length(arraySort(groupArrayMerge(s_m4))))) - arrayElement(arraySort(groupArrayMerge(s_m4)), intDiv(multiply(greatest(length(arraySort(groupArrayMerge(s_m4))), 1) - 1, 500000), 1000000) + 1), modulo(multiply(greatest(length(arraySort(groupArrayMerge(s_m4))), 1) - 1, 500000), 1000000))), toDecimal256(1000000, 0), 12), 6), NULL) AS m4,
        countMerge(s_m6) AS m6,
        maxOrNullMerge(s_m7) AS m7,
        uniqExactMerge(s_m8) AS m8,
        other AS other,
        sum(rows_seen) AS seen,
        grouping(other) AS total
      FROM (
        SELECT
          if(place > 1, defaultValueOfArgumentType(g1), g1) AS k_g1,
          place > 1 AS other,
          s_m1 AS s_m1,
          s_m2 AS s_m2,
          s_m3 AS s_m3,
          s_m4 AS s_m4,
          s_m6 AS s_m6,
          s_m7 AS s_m7,
          s_m8 AS s_m8,
          rows_seen AS rows_seen
        FROM (
          SELECT
            g1 AS g1,
            s_m1 AS s_m1,
            s_m2 AS s_m2,
            s_m3 AS s_m3,
            s_m4 AS s_m4,
            s_m6 AS s_m6,
            s_m7 AS s_m7,
            s_m8 AS s_m8,
            rows_seen AS rows_seen,
            dense_rank() OVER (ORDER BY group_seen > 0 DESC, ranked_by DESC NULLS LAST, empty(g1) ASC, g1 ASC) AS place
          FROM (
            SELECT
              g1 AS g1,
              s_m1 AS s_m1,
              s_m2 AS s_m2,
              s_m3 AS s_m3,
              s_m4 AS s_m4,
              s_m6 AS s_m6,
              s_m7 AS s_m7,
              s_m8 AS s_m8,
              rows_seen AS rows_seen,
              group_seen AS group_seen,
              m8 AS ranked_by
            FROM (
              SELECT
                g1 AS g1,
                s_m1 AS s_m1,
                s_m2 AS s_m2,
                s_m3 AS s_m3,
                s_m4 AS s_m4,
                s_m6 AS s_m6,
                s_m7 AS s_m7,
                s_m8 AS s_m8,
                rows_seen AS rows_seen,
                uniqExactMerge(s_m8) OVER (PARTITION BY g1) AS m8,
                sum(rows_seen) OVER (PARTITION BY g1) AS group_seen
              FROM (
                -- Aggregate m1 = SUM of property "level" of event in ["never"], m2 = MIN of property "level" of event in ["never"], m3 = MAX of property "level" of touch is none, m4 = QUANTILE 0.5 of property "level" of event in ["never"], m6 = COUNT of property "level" of event in ["never"], m7 = MAX of property "level" of event in ["never"], m8 = users of (known user and touch is none and not event in ["install"] and not refund) by g1 = country, with totals
                SELECT
                  g1 AS g1,
                  sumOrNullStateIf(n1, f1) AS s_m1,
                  minOrNullStateIf(n1, f1) AS s_m2,
                  maxOrNullStateIf(n1, f2) AS s_m3,
                  groupArrayStateIf(n1, f1) AS s_m4,
                  countStateIf(n1, f1) AS s_m6,
                  maxOrNullStateIf(n1, f1) AS s_m7,
                  uniqExactStateIf(u, f3) AS s_m8,
                  count() AS rows_seen
                FROM (
                  -- ScanEvents of tenant TENANT, from 2026-03-01T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where all
                  SELECT
                    `country` AS g1,
                    `user_id` AS u,
                    if(match(identity(`properties`)[{p1:String}], {p2:String}), toDecimal256OrNull(identity(`properties`)[{p1:String}], 20), NULL) AS n1,
                    `event` = {p3:String} AS f1,
                    `touch` = {p4:String} AS f2,
                    (`user_id` != {p5:String}) AND (`touch` = {p4:String}) AND (NOT (`event` = {p6:String})) AND (NOT `is_refund`) AS f3
                  FROM `events`
                  WHERE `tenant_id` = {p7:UUID} AND
                    `occurred_at` >= {p8:DateTime64(3, 'UTC')} AND
                    `occurred_at` < {p9:DateTime64(3, 'UTC')}
                  UNION ALL
                  SELECT
                    `country` AS g1,
                    {p5:String} AS u,
                    NULL AS n1,
                    0 AS f1,
                    0 AS f2,
                    0 AS f3
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
                    WHERE `tenant_id` = {p7:UUID} AND
                      `day` >= {p10:Date} AND
                      `day` < {p11:Date}
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
ORDER BY total DESC, empty(g1) ASC, g1 ASC, other ASC
LIMIT 1002
-- p1 String = "level"
-- p2 String = "^-?[0-9]{1,36}(\\.[0-9]+)?$"
-- p3 String = "never"
-- p4 String = "none"
-- p5 String = ""
-- p6 String = "install"
-- p7 UUID = "TENANT"
-- p8 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p9 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p10 Date = "2026-03-01"
-- p11 Date = "2026-04-01"
