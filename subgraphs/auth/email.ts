export { foldEmail } from '#ops/service/email.ts'
