-- SortLimit in no order, first 1
-- CountMembers of segment "not saved" (as of 2026-04-10T09:30:00.000Z: ((last known values meet (platform in ["ios"] and not property "mode" in [""]) and did (event in ["install"] and not refund) at least 1 times until before 2026-03-10T00:00:00.000Z) or not did event in ["purchase"] 1 to 5 times)), tenant TENANT, and all known users
SELECT
  countIf(is_member) AS members,
  count() AS known
FROM (
  SELECT
    (((argMaxIf(`platform`, concat(reinterpretAsFixedString(byteSwap(toUInt64(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208))), `event_id`), `platform` != {p1:String}) = {p2:String}) AND (NOT (argMaxIf(identity(`properties`)[{p3:String}], concat(reinterpretAsFixedString(byteSwap(toUInt64(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208))), `event_id`), identity(`properties`)[{p3:String}] != {p1:String}) = {p1:String}))) AND ((countIf((`event` = {p4:String}) AND (NOT `is_refund`) AND (`occurred_at` < {p5:DateTime64(3, 'UTC')})) >= 1))) OR (NOT ((countIf((`event` = {p6:String})) >= 1) AND (countIf((`event` = {p6:String})) <= 5))) AS is_member
  FROM `events`
  WHERE `tenant_id` = {p7:UUID} AND
    `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
    `user_id` != {p1:String}
  GROUP BY `user_id`
)
-- p1 String = ""
-- p2 String = "ios"
-- p3 String = "mode"
-- p4 String = "install"
-- p5 DateTime64(3, 'UTC') = "2026-03-10 00:00:00.000"
-- p6 String = "purchase"
-- p7 UUID = "TENANT"
-- p8 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
