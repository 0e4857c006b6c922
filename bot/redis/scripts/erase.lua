-- Nothing of a cell stays but the ids of its events, which expire. KEYS cell, log, out, places, due, dead, said
-- ARGV offset, post member, timer member without its purpose
local cell, log, out, places, due, dead, said = unpack(KEYS)
redis.call('ZREM', due, ARGV[2])
for _, field in ipairs(redis.call('HKEYS', cell)) do
  if string.sub(field, 1, 2) == 't:' then redis.call('ZREM', due, ARGV[3] .. string.sub(field, 3)) end
end
for _, field in ipairs(redis.call('HKEYS', dead)) do
  for _, mine in ipairs({ARGV[2] .. '|', ARGV[3]}) do
    if string.sub(field, 1, #mine) == mine then redis.call('HDEL', dead, field) end
  end
end
return redis.call('DEL', cell, log, out, places, said)
