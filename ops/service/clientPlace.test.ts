import { describe, expect, it } from 'vitest'
import { NOWHERE, printCoordinates, readPlace } from './clientPlace.ts'

describe('where a client is', () => {
  it.each([
    ['DE', '52.52,13.405'],
    [' de ', '52.52, 13.405'],
    ['De', '52.52;13.405'],
  ])('is read from "%s" and "%s"', (country, coordinates) => {
    expect(readPlace({ country, coordinates })).toEqual({ country: 'DE', coordinates: { latitude: 52.52, longitude: 13.405 } })
  })

  it.each([
    [null, null],
    ['', ''],
    ['XX', '91,0'],
    ['ZZ', '0,181'],
    ['T1', '1e1,2'],
    ['Germany', '52.52'],
    ['D1', '52.52,13.405,7'],
  ])('is unknown by "%s" and "%s", and not guessed', (country, coordinates) => {
    expect(readPlace({ country, coordinates })).toEqual(NOWHERE)
  })

  it('is passed on as it is read', () => {
    const coordinates = { latitude: -33.8688, longitude: 151.2093 }
    expect(readPlace({ country: null, coordinates: printCoordinates(coordinates) }).coordinates).toEqual(coordinates)
  })
})
