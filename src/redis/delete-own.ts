/** Deletes a key (KEYS[1]) only while it holds the given value (ARGV[1]): a lock, say, that another replica has taken since stays. */
export const DELETE_OWN = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;
