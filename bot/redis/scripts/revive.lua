-- A dead letter goes to the end of its cell's letters, a dead timer rings at once. KEYS cell, out, due, dead
-- ARGV offset, member, field of the dead, letter id or '', purpose or '', what to announce, channel
-- Answers false if somebody revived it before, or set that timer anew meanwhile.
local cell, out, due, dead = unpack(KEYS)
local entry = redis.call('HGET', dead, ARGV[3])
if not entry then return false end
redis.call('HDEL', dead, ARGV[3])
local cut = string.find(entry, '\n', 1, true)
local body = string.sub(entry, cut + 1)
if ARGV[5] ~= '' then
  if redis.call('HSETNX', cell, 't:' .. ARGV[5], body) == 0 then return false end
else
  redis.call('RPUSH', out, body)
  if string.match(entry, '^%d+|%d+|1|') then redis.call('HSET', cell, 's:' .. ARGV[4], 1) end
end
redis.call('ZADD', due, 'NX', string.format('%.0f', now), ARGV[2])
redis.call('PUBLISH', ARGV[7], ARGV[6])
return 1
