-- Puts what was sealed anew in the place of what was read, where that still lies there.
-- KEYS hash or list
-- ARGV offset, hash|list, then for each: field or index, what was read, what it becomes
-- Answers how many were replaced.
local key, count = KEYS[1], 0
for at = 3, #ARGV, 3 do
  if ARGV[2] == 'hash' then
    if redis.call('HGET', key, ARGV[at]) == ARGV[at + 1] then
      redis.call('HSET', key, ARGV[at], ARGV[at + 2])
      count = count + 1
    end
  elseif redis.call('LINDEX', key, ARGV[at]) == ARGV[at + 1] then
    redis.call('LSET', key, ARGV[at], ARGV[at + 2])
    count = count + 1
  end
end
return count
