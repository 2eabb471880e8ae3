-- SortLimit cohort ASC, g1 ASC, first 1000
SELECT
  r.cohort AS cohort,
  r.g1 AS g1,
  r.cells AS cells,
  c.cost AS cost
FROM (
  -- CollectCells: one row per cohort, with the cost of its days and groups
  SELECT
    cohort,
    g1,
    groupArray(tuple(k, mature, members, a1)) AS cells
  FROM (
    -- AggregatePeriods a1 = revenue of all by cohort = WEEK in UTC, g1, ROLLING WEEK 0 to 3, observed until 2026-04-10T09:30:00.000Z
    SELECT
      toMonday(e.entry_at, {p1:String}) AS cohort,
      e.g1 AS g1,
      intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 604800000) AS k,
      least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 604800000), 4) AS mature,
      uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
      sum(a.`revenue`) AS a1
    FROM (
      -- JoinMembers: activity at or after the entry of its user
      -- ScanEvents of tenant TENANT, from 2026-02-16T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and touch is none)
      SELECT
        `user_id`,
        `occurred_at`,
        `revenue`
      FROM `events`
      WHERE `tenant_id` = {p3:UUID} AND
        `occurred_at` >= {p4:DateTime64(3, 'UTC')} AND
        `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
        `user_id` != {p5:String} AND
        `touch` = {p6:String}
    ) AS a
    INNER JOIN (
      -- FirstEntries per user, ties by event id, at or after 2026-02-16T00:00:00.000Z, by g1 = campaign_id, where all
      -- ScanEvents of tenant TENANT, since ever until before 2026-03-30T00:00:00.000Z, where (known user and not refund and touch is none)
      SELECT
        `user_id`,
        min(`occurred_at`) AS entry_at,
        argMin(tuple(`campaign_id`), tuple(`occurred_at`, `event_id`)) AS entry_row,
        tupleElement(entry_row, 1) AS g1
      FROM `events`
      WHERE `tenant_id` = {p3:UUID} AND
        `occurred_at` < {p7:DateTime64(3, 'UTC')} AND
        `user_id` != {p5:String} AND
        (NOT `is_refund`) AND
        `touch` = {p6:String}
      GROUP BY `user_id`
      HAVING entry_at >= {p4:DateTime64(3, 'UTC')}
    ) AS e
    ON a.`user_id` = e.`user_id`
    WHERE a.`occurred_at` >= e.entry_at AND
      k < 4
    GROUP BY cohort, g1, k, mature
  )
  GROUP BY cohort, g1
) AS r
LEFT JOIN (
  SELECT
    toMonday(`day`) AS cohort,
    `campaign_id` AS g1,
    sum(amount) AS cost
  FROM (
    -- ScanCosts of tenant TENANT, from 2026-02-16 until before 2026-03-30, where all, of a day, app, channel, partner and campaign the best source, of what it states twice the newest
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
        WHERE `tenant_id` = {p3:UUID} AND
          `day` >= {p8:Date} AND
          `day` < {p9:Date}
        GROUP BY `day`, `app_id`, `channel`, `partner_id`, `campaign_id`
      )
    )
  )
  GROUP BY cohort, g1
) AS c
ON (r.cohort = c.cohort) AND (r.g1 = c.g1)
ORDER BY cohort ASC NULLS LAST, empty(g1) ASC, g1 ASC
LIMIT 1001
-- p1 String = "UTC"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 UUID = "TENANT"
-- p4 DateTime64(3, 'UTC') = "2026-02-16 00:00:00.000"
-- p5 String = ""
-- p6 String = "none"
-- p7 DateTime64(3, 'UTC') = "2026-03-30 00:00:00.000"
-- p8 Date = "2026-02-16"
-- p9 Date = "2026-03-30"
