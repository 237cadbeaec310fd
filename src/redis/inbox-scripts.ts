/**
 * Scripts by which Redis handles an event in one step. KEYS[1] is the stream of events. KEYS[2] and KEYS[3] are hashes with the
 * digest of the last event of each series: when the second one is full, it replaces the third. KEYS[4] is the heartbeat of the
 * replicas. Each script begins with a write that a full Redis refuses: after any other command, a script may add data to a full
 * Redis.
 */

/**
 * Adds an event (ARGV[1]) to the stream, which is trimmed to about ARGV[5] events, unless the last event of its series (ARGV[2]),
 * and of the series ARGV[4] if that is not empty, has the same digest (ARGV[3]). Returns its id; 0 for a repeated event.
 */
export const RECORD = `
local function isLast(series)
  return (redis.call('HGET', KEYS[2], series) or redis.call('HGET', KEYS[3], series)) == ARGV[3]
end
if isLast(ARGV[2]) and (ARGV[4] == '' or isLast(ARGV[4])) then return 0 end
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[5], '*', 'event', ARGV[1])
if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[5]) then redis.call('RENAME', KEYS[2], KEYS[3]) end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[2], ARGV[4], ARGV[3]) end
return id
`;

/** Fails whenever RECORD would, and extends the life of the stored events by ARGV[1] milliseconds. */
export const BEAT = `
redis.call('SET', KEYS[4], '1', 'PX', ARGV[1])
redis.call('XLEN', KEYS[1])
redis.call('HLEN', KEYS[2])
redis.call('HLEN', KEYS[3])
for at = 1, 3 do redis.call('PEXPIRE', KEYS[at], ARGV[1]) end
return 1
`;
