-- One turn, all or nothing: document, event id, log entries, letters, timers.
-- KEYS cell, seen, log, out, due, audit
-- ARGV offset, version, put|drop|keep, document, token (the next version), seconds to remember the event, post member,
--      what to announce, channel,
--      fenced member or '', fence, purpose, n entries, n letters, n timers, entries…, letters…,
--      timers as (purpose, member, score in ms or '', date in µs)…, most lines of the audit,
--      then for each line tenant, kind, id, what, who
-- Answers ok | again | fenced | the token of whoever did this event before.
local cell, seen, log, out, due, audit = unpack(KEYS)
local before = redis.call('GET', seen)
if before then return before end
if ARGV[10] ~= '' and not holds(due, ARGV[10], ARGV[11]) then return 'fenced' end
if (redis.call('HGET', cell, 'v') or '0') ~= ARGV[2] then return 'again' end

redis.call('SET', seen, ARGV[5], 'EX', ARGV[6])
if ARGV[3] == 'put' then
  redis.call('HSET', cell, 'v', ARGV[5], 'd', ARGV[4])
elseif ARGV[3] == 'drop' then
  redis.call('HSET', cell, 'v', ARGV[5])
  redis.call('HDEL', cell, 'd')
end
if ARGV[10] ~= '' then
  redis.call('ZREM', due, ARGV[10])
  redis.call('HDEL', cell, 't:' .. ARGV[12], 'n:t:' .. ARGV[12])
end

local at = 16
for _ = 1, ARGV[13] do
  redis.call('RPUSH', log, ARGV[at])
  at = at + 1
end
for _ = 1, ARGV[14] do
  redis.call('RPUSH', out, ARGV[at])
  at = at + 1
end
for _ = 1, ARGV[15] do
  local purpose, member, score, date = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  redis.call('HDEL', cell, 'n:t:' .. purpose)
  if score == '' then
    redis.call('ZREM', due, member)
    redis.call('HDEL', cell, 't:' .. purpose)
  else
    redis.call('ZADD', due, score, member)
    redis.call('HSET', cell, 't:' .. purpose, date)
  end
  at = at + 4
end
for line = at + 1, #ARGV, 5 do
  redis.call('XADD', audit, 'MAXLEN', '~', ARGV[at], '*', 'tenant', ARGV[line], 'kind', ARGV[line + 1],
    'id', ARGV[line + 2], 'what', ARGV[line + 3], 'who', ARGV[line + 4])
end
if ARGV[14] ~= '0' then
  -- NX: whoever is posting for this cell, or is held back, keeps the date.
  redis.call('ZADD', due, 'NX', string.format('%.0f', now), ARGV[7])
  redis.call('PUBLISH', ARGV[9], ARGV[8])
end
return 'ok'
