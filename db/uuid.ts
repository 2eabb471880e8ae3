const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A lower-case UUID that is not the nil one: nil is nobody's tenant, account or app. */
export const isUuid = (text: string): boolean => UUID.test(text) && text !== '00000000-0000-0000-0000-000000000000'
