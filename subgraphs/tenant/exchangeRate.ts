import { builder } from './builder.ts'
import { InputCheck, isCurrency, isRate } from './input.ts'

const MAX_RATES = 5_000

const ExchangeRateInput = builder.inputType('ExchangeRateInput', {
  description: 'What one unit of a currency was worth on a day.',
  fields: (t) => ({
    currency: t.string({ required: true, description: 'ISO 4217, not the reporting currency.' }),
    day: t.field({ type: 'Date', required: true, description: 'A day in UTC; the rate holds until the next one that is set.' }),
    rate: t.field({ type: 'Decimal', required: true, description: 'Units of the reporting currency for one unit; more than 0, at most 12 decimal places.' }),
  }),
})

builder.mutationField('setExchangeRates', (t) =>
  t.int({
    needs: 'tenant:write',
    description: 'Sets or replaces rates of exchange and answers how many. They hold for events written from then on; what was written keeps its rate.',
    args: { rates: t.arg({ type: [ExchangeRateInput], required: true, description: 'The rates, at most 5000, each currency and day once.' }) },
    resolve: async (_root, { rates }, { store }) => {
      const check = new InputCheck()
      check.expect(rates.length > 0 && rates.length <= MAX_RATES, 'rates', `must be 1 to ${MAX_RATES}`)
      check.expect(new Set(rates.map(({ currency, day }) => `${currency} ${day}`)).size === rates.length, 'rates', 'must name each currency and day once')
      rates.forEach(({ currency, rate }, index) => {
        check.expect(isCurrency(currency), `rates.${index}.currency`, 'must be a currency of ISO 4217 such as EUR')
        check.expect(isRate(rate), `rates.${index}.rate`, 'must be more than 0 with at most 12 decimal places')
      })
      check.done()
      await store.setRates(rates)
      return rates.length
    },
  }),
)
