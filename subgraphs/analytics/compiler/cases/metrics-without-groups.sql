-- SortLimit in no order, first 1000
-- Divide nothing
-- Aggregate m1 = rows of event in ["install"], m2 = rows of event in ["session"], m3 = rows of event in ["sign_up"], m4 = rows of touch is impression, m5 = rows of touch is click by nothing
-- ScanEvents of tenant TENANT, from 2026-03-13T00:00:00.000Z until before 2026-04-10T00:00:00.000Z, where (event in ["install", "session", "sign_up"] or touch is impression or touch is click)
SELECT
  countIf(`event` = {p1:String}) AS m1,
  countIf(`event` = {p2:String}) AS m2,
  countIf(`event` = {p3:String}) AS m3,
  countIf(`touch` = {p4:String}) AS m4,
  countIf(`touch` = {p5:String}) AS m5
FROM `events`
WHERE `tenant_id` = {p6:UUID} AND
  `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
  `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
  ((`event` IN {p9:Array(String)}) OR (`touch` = {p4:String}) OR (`touch` = {p5:String}))
LIMIT 1001
-- p1 String = "install"
-- p2 String = "session"
-- p3 String = "sign_up"
-- p4 String = "impression"
-- p5 String = "click"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-03-13 00:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
-- p9 Array(String) = ["install","session","sign_up"]
