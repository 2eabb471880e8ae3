// What the demo tenants advertise: partners, campaigns, and how people take to each channel. Everything here is a number or a name; the SQL is beside it.

/** The order is the index in the SQL, counted from 1; the first five are advertising, the last two are not. */
export const CHANNELS = ['paid_search', 'social', 'video', 'affiliate', 'email', 'organic', 'direct'] as const
export type Channel = (typeof CHANNELS)[number]
/** How many of CHANNELS, from the first, are advertising and can have an effect. */
export const PAID_CHANNELS = 5

export type WorldSlug = 'acme' | 'globex' | 'initech'

export const PARTNERS = [
  { id: 'searchlight', name: 'Searchlight' },
  { id: 'friendsphere', name: 'Friendsphere' },
  { id: 'northstar-ads', name: 'Northstar Ads' },
  { id: 'clipstream', name: 'Clipstream' },
  { id: 'affinity-partners', name: 'Affinity Partners' },
  { id: 'clickrush', name: 'Clickrush Media' },
  { id: 'turbomob', name: 'Turbomob' },
  { id: 'letterbox', name: 'Letterbox Mail' },
] as const

/** When in a person's journey an advertisement is shown: two before the install, two before a purchase. The order is the index in the SQL, from 0. */
export const STAGES = ['early', 'late', 'remind', 'close'] as const
type Stage = (typeof STAGES)[number]

export type WorldCampaign = {
  readonly id: string
  readonly name: string
  readonly channel: Channel
  readonly partner: (typeof PARTNERS)[number]['id']
  /** Planned spend in USD, of a world of 15 million events; null when none was set. */
  readonly budget: string | null
  readonly status: 'active' | 'paused' | 'ended'
  readonly adGroups: readonly string[]
  readonly creatives: readonly string[]
  /** Days of the world, inclusive; outside of them its channel's evergreen campaign takes its place. Default: always. */
  readonly days?: readonly [first: number, last: number]
  /** ISO 3166 codes; default: everywhere. */
  readonly countries?: readonly string[]
  /** Default: all. */
  readonly platforms?: readonly string[]
  /** How much of a stage's advertisements are its own, against the others that fit the person. */
  readonly weights: Partial<Readonly<Record<Stage, number>>>
  readonly clickRate: number
  /** What a click and a thousand impressions cost, in `currency`. */
  readonly perClick: number
  readonly perThousand: number
  /** Default: USD. */
  readonly currency?: 'EUR'
  readonly tenants: readonly WorldSlug[]
}

const ALL = ['acme', 'globex', 'initech'] as const
const LARGER = ['acme', 'globex'] as const

/** The day of the world on which acme's version 5.0 comes out: installs double for the fourteen days from it (60 days before the anchor day). */
export const LAUNCH_DAY = 120
export const LAUNCH_DAYS = 14

/** Where click flooding and click injection come from; see fraud in journeys.ts. */
export const FRAUD_CAMPAIGNS = { flooding: 'clickrush-network', injection: 'turbomob-installs' } as const
/** Takes the place of a campaign of the channel that is not running. */
export const EVERGREEN: Readonly<Partial<Record<Channel, string>>> = {
  paid_search: 'brand-search',
  social: 'lookalike-worldwide',
  video: 'always-on-video',
  affiliate: 'coupon-partners',
  email: 'weekly-offers',
}

const CAMPAIGNS: readonly WorldCampaign[] = [
  {
    id: 'brand-search',
    name: 'Brand Search',
    channel: 'paid_search',
    partner: 'searchlight',
    budget: '60000',
    status: 'active',
    tenants: ALL,
    adGroups: ['Brand exact', 'Brand broad'],
    creatives: ['Official site', 'Free delivery', 'Get the app'],
    weights: { early: 3, late: 20, remind: 3, close: 14 },
    clickRate: 0.07,
    perClick: 0.88,
    perThousand: 0,
  },
  {
    id: 'generic-search-us',
    name: 'Generic Search US',
    channel: 'paid_search',
    partner: 'searchlight',
    budget: '45000',
    status: 'active',
    tenants: ALL,
    adGroups: ['Shopping apps', 'Gift ideas', 'Deals'],
    creatives: ['Deals every day', 'Gifts under 20', 'Top rated'],
    countries: ['US'],
    weights: { early: 18, late: 16, remind: 2, close: 3 },
    clickRate: 0.05,
    perClick: 1.36,
    perThousand: 0,
  },
  {
    id: 'app-store-search',
    name: 'App Store Search',
    channel: 'paid_search',
    partner: 'searchlight',
    budget: '30000',
    status: 'active',
    tenants: LARGER,
    adGroups: ['Category', 'Competitors'],
    creatives: ['Default page', 'Holiday page'],
    platforms: ['ios'],
    weights: { early: 8, late: 16 },
    clickRate: 0.06,
    perClick: 1.52,
    perThousand: 0,
  },
  {
    id: 'lookalike-worldwide',
    name: 'Lookalike Worldwide',
    channel: 'social',
    partner: 'friendsphere',
    budget: '80000',
    status: 'active',
    tenants: ALL,
    adGroups: ['Lookalike 1 %', 'Lookalike 5 %', 'Broad'],
    creatives: ['Unboxing', 'Carousel', 'Testimonial'],
    weights: { early: 34, late: 12, remind: 10, close: 2 },
    clickRate: 0.018,
    perClick: 0,
    perThousand: 16.5,
  },
  {
    id: 'spring-launch-de',
    name: 'Spring Launch DE',
    channel: 'social',
    partner: 'friendsphere',
    budget: '25000',
    status: 'ended',
    tenants: ['acme'],
    adGroups: ['Berlin and Hamburg', 'Rest of Germany'],
    creatives: ['Frühling', 'Neu: Version 5'],
    countries: ['DE'],
    weights: { early: 60, late: 20 },
    days: [LAUNCH_DAY, LAUNCH_DAY + 29],
    clickRate: 0.026,
    perClick: 0,
    perThousand: 19.5,
  },
  {
    id: 'cart-reminders',
    name: 'Cart Reminders',
    channel: 'social',
    partner: 'friendsphere',
    budget: '18000',
    status: 'active',
    tenants: LARGER,
    adGroups: ['Carts of 3 days', 'Carts of 14 days'],
    creatives: ['Your cart', '10 % off'],
    weights: { remind: 26, close: 9 },
    clickRate: 0.03,
    perClick: 0,
    perThousand: 13.5,
  },
  {
    id: 'launch-film',
    name: 'Launch Film 5.0',
    channel: 'video',
    partner: 'northstar-ads',
    budget: '40000',
    status: 'ended',
    tenants: ['acme'],
    adGroups: ['Connected TV', 'Mobile pre-roll'],
    creatives: ['Film 30 s', 'Film 6 s'],
    weights: { early: 70, late: 6 },
    days: [LAUNCH_DAY - 3, LAUNCH_DAY + 20],
    clickRate: 0.011,
    perClick: 0,
    perThousand: 24,
  },
  {
    id: 'always-on-video',
    name: 'Always-on Video',
    channel: 'video',
    partner: 'northstar-ads',
    budget: '70000',
    status: 'active',
    tenants: ALL,
    adGroups: ['In-stream', 'Shorts'],
    creatives: ['How it works', 'Customer story', 'Bumper'],
    weights: { early: 36, late: 5, remind: 14, close: 1 },
    clickRate: 0.012,
    perClick: 0,
    perThousand: 15,
  },
  {
    id: 'rewarded-brazil',
    name: 'Rewarded Video Brazil',
    channel: 'video',
    partner: 'clipstream',
    budget: '9000',
    status: 'active',
    tenants: LARGER,
    adGroups: ['Puzzle games', 'Racing games'],
    creatives: ['Playable', 'Oferta'],
    countries: ['BR', 'MX'],
    platforms: ['android', 'ios'],
    weights: { early: 40, late: 14 },
    clickRate: 0.03,
    perClick: 0,
    perThousand: 14,
    currency: 'EUR',
  },
  {
    id: 'coupon-partners',
    name: 'Coupon Partners',
    channel: 'affiliate',
    partner: 'affinity-partners',
    budget: '20000',
    status: 'active',
    tenants: ALL,
    adGroups: ['Coupon sites', 'Cashback'],
    creatives: ['15 % code', 'Cashback 5 %'],
    weights: { early: 2, late: 12, remind: 2, close: 16 },
    clickRate: 0.05,
    perClick: 0.64,
    perThousand: 0,
  },
  {
    id: FRAUD_CAMPAIGNS.flooding,
    name: 'Clickrush Network',
    channel: 'affiliate',
    partner: 'clickrush',
    budget: '15000',
    status: 'active',
    tenants: ALL,
    adGroups: ['Run of network'],
    creatives: ['Banner 320x50', 'Banner 300x250'],
    weights: { early: 2, late: 3 },
    clickRate: 0.02,
    perClick: 0.45,
    perThousand: 0,
  },
  {
    id: FRAUD_CAMPAIGNS.injection,
    name: 'Turbomob Installs',
    channel: 'affiliate',
    partner: 'turbomob',
    budget: '12000',
    status: 'paused',
    tenants: LARGER,
    adGroups: ['Android utility apps'],
    creatives: ['Install now'],
    platforms: ['android'],
    weights: { early: 2, late: 3 },
    clickRate: 0.03,
    perClick: 1.76,
    perThousand: 0,
  },
  {
    id: 'weekly-offers',
    name: 'Weekly Offers',
    channel: 'email',
    partner: 'letterbox',
    budget: null,
    status: 'active',
    tenants: ALL,
    adGroups: ['Newsletter', 'Dormant customers'],
    creatives: ['Tuesday issue', 'Friday issue'],
    weights: { early: 1, late: 9, remind: 16, close: 26 },
    clickRate: 0.03,
    perClick: 0,
    perThousand: 30,
  },
  {
    id: 'friends-invite',
    name: 'Invite a Friend',
    channel: 'email',
    partner: 'letterbox',
    budget: '4000',
    status: 'active',
    tenants: ['acme'],
    adGroups: ['Invitations'],
    creatives: ['Invitation', 'Reminder'],
    weights: { early: 3, late: 6 },
    clickRate: 0.04,
    perClick: 0,
    perThousand: 40,
  },
]

export const campaignsOf = (slug: WorldSlug): readonly WorldCampaign[] => CAMPAIGNS.filter(({ tenants }) => tenants.includes(slug))
