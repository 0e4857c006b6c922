-- Not now: come back to this member later; only its cell waits. KEYS cell, due
-- ARGV offset, member, fence, delay ms, letter id or t:purpose or '', 1 to count a failure, 1 if nothing was sent
-- Answers false if the lease is gone.
local cell, due = unpack(KEYS)
if not holds(due, ARGV[2], ARGV[3]) then return false end
redis.call('ZADD', due, string.format('%.0f', now + tonumber(ARGV[4])), ARGV[2])
if ARGV[6] == '1' then redis.call('HINCRBY', cell, 'n:' .. ARGV[5], 1) end
if ARGV[7] == '1' then redis.call('HDEL', cell, 's:' .. ARGV[5]) end
return 1
