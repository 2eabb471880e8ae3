-- SortLimit cohort ASC, g1 ASC, g2 ASC, first 2
SELECT
  r.is_mean AS is_mean,
  r.cohort AS cohort,
  r.g1 AS g1,
  r.g2 AS g2,
  r.cells AS cells,
  c.cost AS cost,
  sumIf(c.cost, r.is_mean = 0) OVER () AS total_cost
FROM (
  -- CollectCells: one row per cohort, with the cost of its days and groups, and one of all together with their cost
  SELECT
    is_mean,
    cohort,
    g1,
    g2,
    groupArray(tuple(k, mature, members, a1, a2)) AS cells
  FROM (
    SELECT
      is_mean,
      if(is_mean = 1, defaultValueOfArgumentType(s.cohort), s.cohort) AS cohort,
      if(is_mean = 1, defaultValueOfArgumentType(s.g1), s.g1) AS g1,
      if(is_mean = 1, defaultValueOfArgumentType(s.g2), s.g2) AS g2,
      s.k AS k,
      s.mature AS mature,
      sum(s.members) AS members,
      sum(s.a1) AS a1,
      sum(s.a2) AS a2
    FROM (
      -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund), a2 = revenue of touch is none by cohort = WEEK in UTC, g1, g2, ROLLING WEEK 0 to 3, observed until 2026-04-10T09:30:00.000Z
      SELECT
        toMonday(e.entry_at, {p1:String}) AS cohort,
        e.g1 AS g1,
        e.g2 AS g2,
        intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 604800000) AS k,
        least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 604800000), 4) AS mature,
        uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
        uniqExactIf(a.`user_id`, a.is_a1) AS a1,
        sumIf(a.`revenue`, a.is_a2) AS a2
      FROM (
        -- JoinMembers: activity at or after the entry of its user
        -- ScanEvents of tenant TENANT, from 2026-02-09T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((not refund and event in ["install"]) or touch is none))
        SELECT
          `user_id`,
          `occurred_at`,
          `revenue`,
          (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS is_a1,
          `touch` = {p3:String} AS is_a2
        FROM `events`
        WHERE `tenant_id` = {p5:UUID} AND
          `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
          `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
          `user_id` != {p7:String} AND
          (((NOT `is_refund`) AND (`event` = {p4:String})) OR (`touch` = {p3:String}))
      ) AS a
      INNER JOIN (
        -- FirstEntries per user, ties by event id, at or after 2026-02-09T00:00:00.000Z, by g1 = country, g2 = campaign_id, where all
        -- ScanEvents of tenant TENANT, since ever until before 2026-04-06T00:00:00.000Z, where (known user and not refund and event in ["install"])
        SELECT
          `user_id`,
          min(`occurred_at`) AS entry_at,
          argMin(tuple(`country`, `campaign_id`), tuple(`occurred_at`, `event_id`)) AS entry_row,
          tupleElement(entry_row, 1) AS g1,
          tupleElement(entry_row, 2) AS g2
        FROM `events`
        WHERE `tenant_id` = {p5:UUID} AND
          `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
          `user_id` != {p7:String} AND
          (NOT `is_refund`) AND
          `event` = {p4:String}
        GROUP BY `user_id`
        HAVING entry_at >= {p6:DateTime64(3, 'UTC')}
      ) AS e
      ON a.`user_id` = e.`user_id`
      WHERE a.`occurred_at` >= e.entry_at AND
        k < 4
      GROUP BY cohort, g1, g2, k, mature
    ) AS s
    ARRAY JOIN array(0, 1) AS is_mean
    GROUP BY is_mean, if(is_mean = 1, defaultValueOfArgumentType(s.cohort), s.cohort), if(is_mean = 1, defaultValueOfArgumentType(s.g1), s.g1), if(is_mean = 1, defaultValueOfArgumentType(s.g2), s.g2), s.k, s.mature
  )
  GROUP BY is_mean, cohort, g1, g2
) AS r
LEFT JOIN (
  SELECT
    toMonday(`day`) AS cohort,
    `country` AS g1,
    `campaign_id` AS g2,
    sum(amount) AS cost
  FROM (
    -- ScanCosts of tenant TENANT, from 2026-02-09 until before 2026-04-06, where all, of a day, app, channel, partner and campaign the best source, of what it states twice the newest
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
        WHERE `tenant_id` = {p5:UUID} AND
          `day` >= {p9:Date} AND
          `day` < {p10:Date}
        GROUP BY `day`, `app_id`, `channel`, `partner_id`, `campaign_id`
      )
    )
  )
  GROUP BY cohort, g1, g2
) AS c
ON (r.cohort = c.cohort) AND (r.g1 = c.g1) AND (r.g2 = c.g2)
ORDER BY is_mean DESC, cohort ASC NULLS LAST, empty(g1) ASC, g1 ASC, empty(g2) ASC, g2 ASC
LIMIT 4
-- p1 String = "UTC"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = "none"
-- p4 String = "install"
-- p5 UUID = "TENANT"
-- p6 DateTime64(3, 'UTC') = "2026-02-09 00:00:00.000"
-- p7 String = ""
-- p8 DateTime64(3, 'UTC') = "2026-04-06 00:00:00.000"
-- p9 Date = "2026-02-09"
-- p10 Date = "2026-04-06"
