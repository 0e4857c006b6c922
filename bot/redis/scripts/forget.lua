-- Done with the first letter: it was posted, or (with a reason) goes to the dead letters.
-- KEYS cell, out, due, places, dead, said
-- ARGV offset, member, fence, letter id, lease ms, slot or '', reference or '', reason or '', 1 if it may have been posted,
--      what stands before where it stands, in the set that is kept until the cell is erased
-- Answers false if the lease is gone, the new fence if more letters wait, else ''.
local cell, out, due, places, dead, said = unpack(KEYS)
local member, id = ARGV[2], ARGV[4]
if not holds(due, member, ARGV[3]) then return false end
local letter = redis.call('LINDEX', out, 0)
if not letter or string.sub(letter, 1, 20) ~= id then return false end
redis.call('LPOP', out)
if ARGV[8] ~= '' then
  local failures = redis.call('HGET', cell, 'n:' .. id) or '0'
  local head = string.format('%.0f|%s|%s|%s\n', now, failures, ARGV[9], ARGV[8])
  redis.call('HSET', dead, member .. '|' .. id, head .. letter)
elseif ARGV[7] ~= '' then
  if ARGV[6] ~= '' then redis.call('HSET', places, ARGV[6], ARGV[7]) end
  redis.call('SADD', said, ARGV[10] .. ARGV[7])
end
redis.call('HDEL', cell, 's:' .. id, 'n:' .. id)
if redis.call('LLEN', out) == 0 then
  redis.call('ZREM', due, member)
  return ''
end
local fence = lease(ARGV[5])
redis.call('ZADD', due, fence, member)
return fence
