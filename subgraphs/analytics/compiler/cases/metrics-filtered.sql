-- SortLimit g1 ASC, g2 ASC, first 1000
-- Divide nothing
-- Aggregate m1 = rows of event in ["level_up"], m2 = rows of event in ["session"], m3 = revenue of all by g1 = channel, g2 = campaign_id, with totals
-- ScanEvents of tenant TENANT, from 2026-02-20T00:00:00.000Z until before 2026-04-10T00:00:00.000Z, where (((not platform in [""] and country in ["DE", "FR"]) or (property "level" >= 3 and property "level" < 9) or (event starts with "lev" and property "mode" contains "ar")) and not channel in ["organic"])
SELECT
  `channel` AS g1,
  `campaign_id` AS g2,
  countIf(`event` = {p1:String}) AS m1,
  countIf(`event` = {p2:String}) AS m2,
  sum(`revenue`) AS m3
FROM `events`
WHERE `tenant_id` = {p3:UUID} AND
  `occurred_at` >= {p4:DateTime64(3, 'UTC')} AND
  `occurred_at` < {p5:DateTime64(3, 'UTC')} AND
  (((NOT (`platform` = {p6:String})) AND (`country` IN {p7:Array(String)})) OR ((match(identity(`properties`)[{p8:String}], {p9:String}) AND (toFloat64OrZero(identity(`properties`)[{p8:String}]) >= {p10:Float64})) AND (match(identity(`properties`)[{p8:String}], {p9:String}) AND (toFloat64OrZero(identity(`properties`)[{p8:String}]) < {p11:Float64}))) OR (startsWith(`event`, {p12:String}) AND (position(identity(`properties`)[{p13:String}], {p14:String}) > 0))) AND
  (NOT (`channel` = {p15:String}))
GROUP BY g1, g2 WITH TOTALS
ORDER BY empty(g1) ASC, g1 ASC, empty(g2) ASC, g2 ASC
LIMIT 1001
-- p1 String = "level_up"
-- p2 String = "session"
-- p3 UUID = "TENANT"
-- p4 DateTime64(3, 'UTC') = "2026-02-20 00:00:00.000"
-- p5 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
-- p6 String = ""
-- p7 Array(String) = ["DE","FR"]
-- p8 String = "level"
-- p9 String = "^-?[0-9]+(\\.[0-9]+)?$"
-- p10 Float64 = 3
-- p11 Float64 = 9
-- p12 String = "lev"
-- p13 String = "mode"
-- p14 String = "ar"
-- p15 String = "organic"
