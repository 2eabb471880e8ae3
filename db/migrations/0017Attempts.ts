import { Migration } from '@mikro-orm/migrations'

/** How often something was tried, in all processes together: logins, resets and what else would let somebody guess. */
export class Attempts extends Migration {
  override name = '0017Attempts'

  override up(): void {
    for (const statement of statements) this.addSql(statement)
  }
}

const statements = [
  // Keys are marks under a secret of the auth process, so that nobody's address stands here. Unlogged: an attempt costs no write of the log, and a server
  // that crashed has forgotten them.
  `CREATE UNLOGGED TABLE attempts (
    key_hash bytea PRIMARY KEY CHECK (length(key_hash) = 32),
    used integer NOT NULL CHECK (used >= 0),
    ends_at timestamptz NOT NULL,
    strikes integer NOT NULL DEFAULT 0 CHECK (strikes >= 0),
    kept_until timestamptz NOT NULL) WITH (fillfactor = 50)`,
  'CREATE INDEX attempts_kept_until ON attempts (kept_until)',
  'GRANT SELECT, INSERT, UPDATE, DELETE ON attempts TO umg_auth',
  // Counts one attempt of each key, or of none when one that refuses is used up. Answers for each, by its place, the milliseconds until its window ends
  // where it was used up before. Keys are locked in their order, so that two callers never wait for each other. A window that grows ends later with each
  // time that somebody comes too often, at most by an hour, and its strikes are forgotten an hour after it.
  `CREATE FUNCTION take_attempts(at timestamptz, asked jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
    DECLARE
      waits jsonb;
      is_refused boolean;
    BEGIN
      INSERT INTO attempts (key_hash, used, ends_at, kept_until)
        SELECT decode(a.key, 'hex'), 0, at, at FROM jsonb_to_recordset(asked) AS a(key text, counts boolean) WHERE a.counts ORDER BY 1
        ON CONFLICT DO NOTHING;
      PERFORM FROM attempts w WHERE w.key_hash IN (SELECT decode(a.key, 'hex') FROM jsonb_to_recordset(asked) AS a(key text)) ORDER BY w.key_hash FOR UPDATE;
      SELECT coalesce(bool_or(a.refuses), false) INTO is_refused
        FROM jsonb_to_recordset(asked) AS a(key text, allowed integer, refuses boolean)
        JOIN attempts w ON w.key_hash = decode(a.key, 'hex') AND w.ends_at > at AND w.used >= a.allowed;
      IF is_refused THEN
        UPDATE attempts w SET used = w.used + 1, strikes = w.strikes + 1,
            ends_at = least(w.ends_at + a.window_ms * (power(2, least(w.strikes, 20)) - 1) * interval '1 millisecond', at + interval '1 hour'),
            kept_until = least(w.ends_at + a.window_ms * (power(2, least(w.strikes, 20)) - 1) * interval '1 millisecond', at + interval '1 hour') + interval '1 hour'
          FROM jsonb_to_recordset(asked) AS a(key text, allowed integer, window_ms bigint, grows boolean)
          WHERE w.key_hash = decode(a.key, 'hex') AND a.grows AND w.ends_at > at AND w.used = a.allowed;
      END IF;
      SELECT coalesce(jsonb_agg(ceil(extract(epoch FROM w.ends_at - at) * 1000) ORDER BY a.place), '[]') INTO waits
        FROM jsonb_to_recordset(asked) AS a(place integer, key text, allowed integer)
        LEFT JOIN attempts w ON w.key_hash = decode(a.key, 'hex') AND w.ends_at > at AND w.used >= a.allowed;
      IF NOT is_refused THEN
        UPDATE attempts w SET
            used = CASE WHEN w.ends_at > at THEN w.used + 1 ELSE 1 END,
            strikes = CASE WHEN w.kept_until > at THEN w.strikes ELSE 0 END,
            ends_at = CASE WHEN w.ends_at > at THEN w.ends_at ELSE at + a.window_ms * interval '1 millisecond' END,
            kept_until = CASE WHEN w.ends_at > at THEN w.kept_until ELSE greatest(w.kept_until, at + a.window_ms * interval '1 millisecond') END
          FROM jsonb_to_recordset(asked) AS a(key text, window_ms bigint, counts boolean)
          WHERE w.key_hash = decode(a.key, 'hex') AND a.counts;
      END IF;
      -- More at a time than an attempt leaves; by the server's clock, and last, since nothing is waited for with these locked.
      DELETE FROM attempts WHERE key_hash IN (
        SELECT key_hash FROM attempts WHERE kept_until < clock_timestamp() - interval '10 minutes' ORDER BY kept_until LIMIT 20 FOR UPDATE SKIP LOCKED);
      RETURN waits;
    END
  $$`,
  // Takes back one attempt of each key, or all of them.
  `CREATE FUNCTION return_attempts(at timestamptz, given jsonb) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM FROM attempts w WHERE w.key_hash IN (SELECT decode(g.key, 'hex') FROM jsonb_to_recordset(given) AS g(key text)) ORDER BY w.key_hash FOR UPDATE;
      UPDATE attempts w SET used = CASE WHEN g.is_all THEN 0 ELSE greatest(0, w.used - 1) END, ends_at = CASE WHEN g.is_all THEN at ELSE w.ends_at END
        FROM jsonb_to_recordset(given) AS g(key text, is_all boolean)
        WHERE w.key_hash = decode(g.key, 'hex') AND w.ends_at > at;
    END
  $$`,
]
