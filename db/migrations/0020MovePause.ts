import { Migration } from '@mikro-orm/migrations'

/** How long the writers of a tenant that is moved were refused: until now since `paused_at`, and before that, all attempts together. */
export class MovePause extends Migration {
  override name = '0020MovePause'

  override up(): void {
    this.addSql('ALTER TABLE tenant_moves ADD COLUMN paused_at timestamptz, ADD COLUMN paused_ms integer NOT NULL DEFAULT 0 CHECK (paused_ms >= 0)')
  }
}
