-- A timer that has rung: nothing is left of it, or (with a reason) a dead one. KEYS cell, due, dead
-- ARGV offset, member, fence, purpose, reason or ''
-- Answers false if the lease is gone: the turn took the timer away itself, or set it anew.
local cell, due, dead = unpack(KEYS)
local member, purpose = ARGV[2], ARGV[4]
if not holds(due, member, ARGV[3]) then return false end
if ARGV[5] ~= '' then
  local failures = redis.call('HGET', cell, 'n:t:' .. purpose) or '0'
  local head = string.format('%.0f|%s|0|%s\n', now, failures, ARGV[5])
  redis.call('HSET', dead, member, head .. (redis.call('HGET', cell, 't:' .. purpose) or ''))
end
redis.call('ZREM', due, member)
redis.call('HDEL', cell, 't:' .. purpose, 'n:t:' .. purpose)
return 1
