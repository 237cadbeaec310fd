/**
 * Deletes a key (KEYS[1]) only while it has the given value (ARGV[1]), so that, for example, a lock that another replica has
 * taken since is kept.
 */
export const DELETE_OWN = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;
