/** Variables that are secrets: from the environment, else from <dataDir>/secrets.json. */
export const secretNames = [
  'DATABASE_OWNER_PASSWORD',
  'DATABASE_APP_PASSWORD',
  'DATABASE_AUTH_PASSWORD',
  'DATABASE_WORKER_PASSWORD',
  'CLICKHOUSE_MIGRATE_PASSWORD',
  'CLICKHOUSE_INGEST_PASSWORD',
  'CLICKHOUSE_ANALYTICS_PASSWORD',
  'CLICKHOUSE_STREAM_PASSWORD',
  'CLICKHOUSE_TENANT_SECRET',
  'KEY_PEPPER',
  'EVENT_ID_KEY',
  'DEVICE_KEY',
  'CURSOR_KEY',
  'USER_HASH_KEY',
  'MAIL_KEY',
  'REFRESH_KEY',
  'SECOND_FACTOR_KEY',
  'AUDIT_KEY',
  'DATA_MASTER_KEY',
  'IDENTITY_PRIVATE_KEY',
  'IDENTITY_PUBLIC_KEY',
  'ACCESS_PRIVATE_KEY',
  'ACCESS_PUBLIC_KEY',
] as const
export type SecretName = (typeof secretNames)[number]
export type Secrets = Readonly<Record<SecretName, string>>
