-- How much waits in a shard. KEYS due, dead. ARGV offset.
-- Answers how many items wait, how many are due and in nobody's hands, ms since the first of them was due, the dead.
local due, dead = KEYS[1], KEYS[2]
local late = redis.call('ZCOUNT', due, '-inf', string.format('%.0f', now))
local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
local age = late > 0 and string.format('%.0f', math.max(0, now - first[2])) or '0'
return {redis.call('ZCARD', due), late, age, redis.call('HLEN', dead)}
