-- SortLimit cohort ASC, first 1000
SELECT
  r.is_mean AS is_mean,
  r.cohort AS cohort,
  r.cells AS cells,
  c.cost AS cost,
  sumIf(c.cost, r.is_mean = 0) OVER () AS total_cost
FROM (
  -- CollectCells: one row per cohort, with the cost of its days and groups, and one of all together with their cost
  SELECT
    is_mean,
    cohort,
    groupArray(tuple(k, mature, members, a1, a2, a3)) AS cells
  FROM (
    SELECT
      is_mean,
      if(is_mean = 1, defaultValueOfArgumentType(s.cohort), s.cohort) AS cohort,
      s.k AS k,
      s.mature AS mature,
      sum(s.members) AS members,
      sum(s.a1) AS a1,
      sum(s.a2) AS a2,
      sum(s.a3) AS a3
    FROM (
      -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund), a2 = revenue of touch is none, a3 = users of (event in ["purchase"] and not refund) by cohort = DAY in UTC, ROLLING DAY 0 to 1, observed until 2026-04-10T09:30:00.000Z
      SELECT
        toDate(e.entry_at, {p1:String}) AS cohort,
        intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 86400000) AS k,
        least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 86400000), 2) AS mature,
        uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
        uniqExactIf(a.`user_id`, a.is_a1) AS a1,
        sumIf(a.`revenue`, a.is_a2) AS a2,
        uniqExactIf(a.`user_id`, a.is_a3) AS a3
      FROM (
        -- JoinMembers: activity at or after the entry of its user
        -- ScanEvents of tenant TENANT, from 2026-04-03T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((not refund and event in ["never"]) or touch is none or (event in ["purchase"] and not refund)))
        SELECT
          `user_id`,
          `occurred_at`,
          `revenue`,
          (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS is_a1,
          `touch` = {p3:String} AS is_a2,
          (`event` = {p5:String}) AND (NOT `is_refund`) AS is_a3
        FROM `events`
        WHERE `tenant_id` = {p6:UUID} AND
          `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
          `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
          `user_id` != {p8:String} AND
          (((NOT `is_refund`) AND (`event` = {p9:String})) OR (`touch` = {p3:String}) OR ((`event` = {p5:String}) AND (NOT `is_refund`)))
      ) AS a
      INNER JOIN (
        -- FirstEntries per user, at or after 2026-04-03T00:00:00.000Z, by nothing, where all
        -- ScanEvents of tenant TENANT, since ever until before 2026-04-10T00:00:00.000Z, where (known user and not refund and event in ["never"])
        SELECT
          `user_id`,
          min(`occurred_at`) AS entry_at
        FROM `events`
        WHERE `tenant_id` = {p6:UUID} AND
          `occurred_at` < {p10:DateTime64(3, 'UTC')} AND
          `user_id` != {p8:String} AND
          (NOT `is_refund`) AND
          `event` = {p9:String}
        GROUP BY `user_id`
        HAVING entry_at >= {p7:DateTime64(3, 'UTC')}
      ) AS e
      ON a.`user_id` = e.`user_id`
      WHERE a.`occurred_at` >= e.entry_at AND
        k < 2
      GROUP BY cohort, k, mature
    ) AS s
    ARRAY JOIN array(0, 1) AS is_mean
    GROUP BY is_mean, if(is_mean = 1, defaultValueOfArgumentType(s.cohort), s.cohort), s.k, s.mature
  )
  GROUP BY is_mean, cohort
) AS r
LEFT JOIN (
  SELECT
    `day` AS cohort,
    sum(amount) AS cost
  FROM (
    -- ScanCosts of tenant TENANT, from 2026-04-03 until before 2026-04-10, where all, of a day, app, channel, partner and campaign the best source, of what it states twice the newest
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
        WHERE `tenant_id` = {p6:UUID} AND
          `day` >= {p11:Date} AND
          `day` < {p12:Date}
        GROUP BY `day`, `app_id`, `channel`, `partner_id`, `campaign_id`
      )
    )
  )
  GROUP BY cohort
) AS c
ON (r.cohort = c.cohort)
ORDER BY is_mean DESC, cohort ASC NULLS LAST
LIMIT 1002
-- p1 String = "UTC"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = "none"
-- p4 String = "install"
-- p5 String = "purchase"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-04-03 00:00:00.000"
-- p8 String = ""
-- p9 String = "never"
-- p10 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
-- p11 Date = "2026-04-03"
-- p12 Date = "2026-04-10"
