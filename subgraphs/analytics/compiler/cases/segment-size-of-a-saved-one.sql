-- SortLimit in no order, first 1
-- CountMembers of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times), tenant TENANT
SELECT
  count() AS members
FROM (
  -- Members of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)
  SELECT
    `user_id`
  FROM `events`
  WHERE `tenant_id` = {p1:UUID} AND
    `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
    `user_id` != {p3:String} AND
    `event` = {p4:String} AND
    (NOT `is_refund`)
  GROUP BY `user_id`
  HAVING countIf((`event` = {p4:String}) AND (NOT `is_refund`)) >= 4
)
-- p1 UUID = "TENANT"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = ""
-- p4 String = "purchase"
