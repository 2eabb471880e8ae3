-- SortLimit g1 ASC, g2 ASC, first 20
SELECT
  g1 AS g1,
  g2 AS g2,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4,
  m5 AS m5,
  m6 AS m6,
  m7 AS m7,
  q1 AS q1,
  x1 AS x1,
  other AS other,
  total AS total
FROM (
  -- Arrange a row for each of 7 DAY, x1 = m1 up to here
  SELECT
    g1 AS g1,
    g2 AS g2,
    m1 AS m1,
    m2 AS m2,
    m3 AS m3,
    m4 AS m4,
    m5 AS m5,
    m6 AS m6,
    m7 AS m7,
    q1 AS q1,
    sum(m1) OVER (PARTITION BY g1, other, total ORDER BY g2 ASC) AS x1,
    other AS other,
    seen AS seen,
    total AS total
  FROM (
    -- Divide q1 = m2 / m3
    SELECT
      g1 AS g1,
      g2 AS g2,
      m1 AS m1,
      m2 AS m2,
      m3 AS m3,
      m4 AS m4,
      m5 AS m5,
      m6 AS m6,
      m7 AS m7,
      if(m3 = 0, NULL, round(divideDecimal(toDecimal256(m2, 6), toDecimal256(m3, 0), 12), 6)) AS q1,
      other AS other,
      seen AS seen,
      total AS total
    FROM (
      SELECT
        g1 AS g1,
        bucket AS g2,
        anyIf(v_m1, real = 1) AS m1,
        anyIf(v_m2, real = 1) AS m2,
        anyIf(v_m3, real = 1) AS m3,
        anyIf(v_m4, real = 1) AS m4,
        anyIf(v_m5, real = 1) AS m5,
        anyIf(v_m6, real = 1) AS m6,
        anyIf(v_m7, real = 1) AS m7,
        other AS other,
        countIf(real = 0) AS seen,
        total AS total
      FROM (
        SELECT
          g1 AS g1,
          other AS other,
          total AS total,
          tupleElement(x, 1) AS bucket,
          tupleElement(x, 2) AS real,
          m1 AS v_m1,
          m2 AS v_m2,
          m3 AS v_m3,
          m4 AS v_m4,
          m5 AS v_m5,
          m6 AS v_m6,
          m7 AS v_m7
        FROM (
          SELECT
            g1 AS g1,
            g2 AS g2,
            m1 AS m1,
            m2 AS m2,
            m3 AS m3,
            m4 AS m4,
            m5 AS m5,
            m6 AS m6,
            m7 AS m7,
            other AS other,
            total AS total,
            row_number() OVER (PARTITION BY g1, other, total) AS nth,
            max(seen) OVER (PARTITION BY g1, other, total) AS group_seen
          FROM (
            -- Aggregate m1 = rows of not refund, m2 = revenue of all, m3 = users of (known user and touch is none and not event in ["install"] and not refund), m4 = rows of not refund in PREVIOUS_PERIOD, m5 = lifecycle newUsers, m6 = lifecycle dormantUsers, m7 = MAX of property "level" of touch is none by g1 = country, g2 = DAY in Europe/Berlin, PREVIOUS_PERIOD being 2026-03-22T00:00:00.000Z to 2026-03-27T12:00:00.000Z, with totals
            SELECT
              g1 AS g1,
              g2 AS g2,
              countIf(f1 AND (w = 0)) AS m1,
              sumIf(r, w = 0) AS m2,
              uniqExactIf(u, f2 AND (w = 0)) AS m3,
              countIf(f1 AND (w = 1)) AS m4,
              uniqExactIf(u, w = 2) AS m5,
              uniqExactIf(u, w = 3) AS m6,
              maxIf(n1, f3 AND (w = 0)) AS m7,
              0 AS other,
              countIf(w = 0) AS seen,
              grouping(g1) AS total
            FROM (
              -- ScanEvents of tenant TENANT, from 2026-03-22T00:00:00.000Z until before 2026-04-02T00:00:00.000Z, where event in ["purchase"]
              SELECT
                multiIf((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}), 0, 1) AS w,
                `country` AS g1,
                multiIf(w = 1, addDays({p3:Date}, toDate(`occurred_at`, {p4:String}) - {p5:Date}), toDate(`occurred_at`, {p4:String})) AS g2,
                `user_id` AS u,
                `revenue` AS r,
                if(match(identity(`properties`)[{p6:String}], {p7:String}), toDecimal256OrNull(identity(`properties`)[{p6:String}], 20), NULL) AS n1,
                NOT `is_refund` AS f1,
                (`user_id` != {p8:String}) AND (`touch` = {p9:String}) AND (NOT (`event` = {p10:String})) AND (NOT `is_refund`) AS f2,
                `touch` = {p9:String} AS f3
              FROM `events`
              WHERE `tenant_id` = {p11:UUID} AND
                `occurred_at` >= {p12:DateTime64(3, 'UTC')} AND
                `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
                `event` = {p13:String}
              UNION ALL
              -- CollectUsers: the groups of each user and the first activity, where event in ["purchase"]
              SELECT
                tupleElement(x, 1) AS w,
                tupleElement(x, 2) AS g1,
                tupleElement(x, 3) AS g2,
                u AS u,
                toDecimal128(0, 6) AS r,
                NULL AS n1,
                0 AS f1,
                0 AS f2,
                0 AS f3
              FROM (
                -- ScanEvents of tenant TENANT, since ever until before 2026-04-02T00:00:00.000Z, where (known user and touch is none and not event in ["install"] and not refund)
                SELECT
                  `user_id` AS u,
                  min(`occurred_at`) AS first_at,
                  groupUniqArrayIf(tuple(toDate(`occurred_at`, {p4:String}), `country`), ((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')})) AND (`event` = {p13:String})) AS b0,
                  groupUniqArrayIf(tuple(toDate(`occurred_at`, {p4:String}), `country`), ((`occurred_at` >= {p14:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p1:DateTime64(3, 'UTC')})) AND (`event` = {p13:String})) AS b_before
                FROM `events`
                WHERE `tenant_id` = {p11:UUID} AND
                  `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
                  `user_id` != {p8:String} AND
                  `touch` = {p9:String} AND
                  (NOT (`event` = {p10:String})) AND
                  (NOT `is_refund`)
                GROUP BY `user_id`
              )
              ARRAY JOIN arrayConcat(arrayMap((p) -> tuple(2, tupleElement(p, 2), tupleElement(p, 1)), arrayFilter((p) -> ((first_at >= {p1:DateTime64(3, 'UTC')}) AND (tupleElement(p, 1) = toDate(first_at, {p4:String}))), b0)), arrayMap((p) -> tuple(3, tupleElement(p, 2), addDays(tupleElement(p, 1), 1)), arrayFilter((p) -> (addDays(tupleElement(p, 1), 1) <= {p15:Date}) AND (NOT has(b0, tuple(addDays(tupleElement(p, 1), 1), tupleElement(p, 2)))), arrayConcat(b0, b_before)))) AS x
            )
            GROUP BY GROUPING SETS ((g1, g2), ())
          )
        )
        ARRAY JOIN arrayConcat(array(tuple(g2, 1)), arrayFilter((b) -> (nth = 1) AND (group_seen > 0) AND (total = 0), arrayMap((b) -> tuple(b, 0), arrayMap((i) -> addDays({p3:Date}, i), range(7))))) AS x
      )
      GROUP BY bucket, g1, other, total
    )
  )
)
WHERE ((seen > 0) OR (total = 1))
ORDER BY total DESC, empty(g1) ASC, g1 ASC, g2 ASC NULLS LAST, other ASC
LIMIT 22
-- p1 DateTime64(3, 'UTC') = "2026-03-27 12:00:00.000"
-- p2 DateTime64(3, 'UTC') = "2026-04-02 00:00:00.000"
-- p3 Date = "2026-03-27"
-- p4 String = "Europe/Berlin"
-- p5 Date = "2026-03-22"
-- p6 String = "level"
-- p7 String = "^-?[0-9]{1,36}(\\.[0-9]+)?$"
-- p8 String = ""
-- p9 String = "none"
-- p10 String = "install"
-- p11 UUID = "TENANT"
-- p12 DateTime64(3, 'UTC') = "2026-03-22 00:00:00.000"
-- p13 String = "purchase"
-- p14 DateTime64(3, 'UTC') = "2026-03-25 23:00:00.000"
-- p15 Date = "2026-04-02"
