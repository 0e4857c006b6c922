-- What is due, under a lease. KEYS due. ARGV offset, lease ms, limit.
-- Answers the fence, ms until the next date ('' if there is none), members.
local due = KEYS[1]
local fence = lease(ARGV[2])
local members = redis.call('ZRANGEBYSCORE', due, '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[3])
for _, member in ipairs(members) do redis.call('ZADD', due, fence, member) end
local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
local wait = first[2] and string.format('%.0f', math.max(0, math.ceil(first[2] - now))) or ''
return {fence, wait, members}
