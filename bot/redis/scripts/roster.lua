-- Who works at this moment. KEYS workers. ARGV offset (0), name, ms until this sign of life is forgotten
-- A name with 0 ms leaves. Answers the names alive, sorted.
local workers = KEYS[1]
redis.call('ZREMRANGEBYSCORE', workers, '-inf', string.format('%.0f', now))
if ARGV[3] == '0' then
  redis.call('ZREM', workers, ARGV[2])
else
  redis.call('ZADD', workers, string.format('%.0f', now + tonumber(ARGV[3])), ARGV[2])
  redis.call('PEXPIRE', workers, ARGV[3])
end
local names = redis.call('ZRANGE', workers, 0, -1)
table.sort(names)
return names
