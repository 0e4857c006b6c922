-- Stands in front of every script. ARGV[1] is how far the clock was moved, in ms (0 outside the local workspace).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
-- A lease ends half a millisecond past a whole one: no date of a timer can be mistaken for it. It is the fence.
local function lease(ms) return string.format('%.1f', now + tonumber(ms) + 0.5) end
local function holds(due, member, fence)
  local score = redis.call('ZSCORE', due, member)
  return score and tonumber(score) == tonumber(fence)
end
