-- The first letter of a cell, marked as being sent. KEYS cell, out, due. ARGV offset, member, fence.
-- Answers nothing if the lease is gone or no letter waits, else the letter, 1 if marked before, earlier failures,
-- and the mark: the ms of the first attempt (1 where that is not known). Of letters of which only the latest matters
-- (an x in their id) those with another one behind them are let go.
local cell, out, due = unpack(KEYS)
if not holds(due, ARGV[2], ARGV[3]) then return false end
local letter = redis.call('LINDEX', out, 0)
local function latest(each) return each and string.sub(each, 16, 16) == 'x' end
while latest(letter) do
  local later = false
  for _, other in ipairs(redis.call('LRANGE', out, 1, 15)) do later = later or latest(other) end
  if not later then break end
  local id = string.sub(redis.call('LPOP', out), 1, 20)
  redis.call('HDEL', cell, 's:' .. id, 'n:' .. id)
  letter = redis.call('LINDEX', out, 0)
end
if not letter then
  redis.call('ZREM', due, ARGV[2])
  return false
end
local id = string.sub(letter, 1, 20)
local again = redis.call('HSETNX', cell, 's:' .. id, string.format('%.0f', now)) == 0 and 1 or 0
return {letter, again, redis.call('HGET', cell, 'n:' .. id) or '0', redis.call('HGET', cell, 's:' .. id)}
