/**
 * Scripts by which Redis handles the entry of a write (KEYS[1]) and its lease (KEYS[2]), each in one step. The lease is a key
 * that expires by Redis's own clock. A pending entry without a lease belongs to a replica that has stopped; its lease is never
 * renewed again.
 */

/** A sealed entry has a few hundred characters, and thousands if Redox logged a message thousands of times. */
const MAX_ENTRY_LENGTH = 65_536;

/**
 * Begins a write if there is no entry, or only the one that may be replaced (ARGV[4]). Returns 1; otherwise the entry, which is
 * empty if it is of another type or too long, and the rest of its lease in ms.
 */
export const BEGIN = `
local known = ''
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'string' and redis.call('STRLEN', KEYS[1]) <= ${MAX_ENTRY_LENGTH} then known = redis.call('GET', KEYS[1]) end
if kind ~= 'none' and (known == '' or known ~= ARGV[4]) then return {known, redis.call('PTTL', KEYS[2])} end
redis.call('SET', KEYS[2], '1', 'PX', ARGV[3])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

/** The entry, and whether it is one: neither empty, nor too long, nor of another type. */
const READ = `
local known = redis.pcall('GET', KEYS[1])
local isEntry = type(known) == 'string' and known ~= '' and #known <= ${MAX_ENTRY_LENGTH}
`;

/**
 * Renews the lease and the life of a pending entry (ARGV[1]), and creates both again if Redis has lost them, or has only the entry
 * that may be replaced (ARGV[4]). Returns 1; otherwise the entry that it kept, as BEGIN does.
 */
export const RENEW = `${READ}
if known == false or (isEntry and known == ARGV[4]) then
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[3])
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
elseif isEntry and known == ARGV[1] then
  if redis.call('SET', KEYS[2], '1', 'XX', 'PX', ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
else
  return isEntry and known or ''
end
return 1
`;

/**
 * Replaces a pending entry (ARGV[1]), none, or the one that may be replaced (ARGV[4]), by the outcome of the write (ARGV[2]). Returns
 * 1; otherwise the entry that it kept, as BEGIN does.
 */
export const END = `${READ}
if known == false or (isEntry and (known == ARGV[1] or known == ARGV[4])) then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  redis.call('DEL', KEYS[2])
  return 1
end
return isEntry and known or ''
`;
