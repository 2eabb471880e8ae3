import { describe, expect, it } from 'vitest'
import { mailLinks, shownMail } from './mailLinks.ts'

describe('a mail in the outbox', () => {
  it('has the links of its text, each once and without what ends the sentence', () => {
    const text = 'Open http://a.example/reset?token=x_y-z.\nAgain: http://a.example/reset?token=x_y-z\n(or https://b.example/)'
    expect(mailLinks(text)).toEqual(['http://a.example/reset?token=x_y-z', 'https://b.example/'])
    expect(mailLinks('Nothing here: http://')).toEqual([])
  })

  it('opens what is clicked beside it', () => {
    expect(shownMail('<html><head lang="en"><title>x</title></head></html>')).toMatch(/<head lang="en"><base target="_blank">/)
    expect(shownMail('<p>Hi</p>')).toMatch(/^<base target="_blank">.*<p>Hi<\/p>$/)
  })
})
