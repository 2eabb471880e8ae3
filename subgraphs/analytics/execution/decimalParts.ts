/** Credits are held as whole parts of 10^-30, as the statements say them. */
export const PLACES = 30
export const ONE = 10n ** BigInt(PLACES)
export const PARTS_OF_MILLIONTH = ONE / 1_000_000n
