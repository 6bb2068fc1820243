#include "gateway/accounting/store_script.hpp"

namespace gateway::accounting {

const std::string store_script = R"lua(
-- KEYS: meta, windows; then of each ledger: seen, units.
--   meta     hash: run and epoch of the data, now (the time below), pause (until which nothing is granted)
--   windows  hash: ledger -> the longest window that anybody has named
--   seen     sorted set: subject -> until when he counts as seen
--   units    sorted set: unit -> until when it may be spent; it counts as a person, and is exchanged for one
-- Time is in milliseconds. It goes on as replicas vouch that it has, by their steady clocks: Redis' clock may
-- be set, and nothing here hangs on it.
local at = 0
local function take() at = at + 1; return ARGV[at] end
local function number() return tonumber(take()) end
local function text(integer) return string.format('%.0f', integer) end

local run, known_epoch, new_epoch, vouched = take(), take(), take(), take()
local lease, slack, more, replica = number(), number(), take(), take()

local meta = redis.call('HMGET', KEYS[1], 'run', 'epoch', 'now', 'pause')
local epoch, now, pause = meta[2], tonumber(meta[3] or 0), tonumber(meta[4] or 0)
if meta[1] ~= run or not epoch then
  -- Data is gone, or old: replicas first say again whom they have shown, and what was granted before runs out.
  epoch, pause = new_epoch, now + lease + slack
end
local current = known_epoch == epoch
if current and vouched ~= '' then now = math.max(now, tonumber(vouched)) end
-- Who has more to say prolongs the pause, but begins none: it may have started anew, with a long journal.
if current and more == '1' and now < pause then pause = math.max(pause, now + lease + slack) end
redis.call('HSET', KEYS[1], 'run', run, 'epoch', epoch, 'now', text(now), 'pause', text(pause))
local answer = {epoch, now, math.max(0, pause - now)}
if not current then return answer end

local function settle(ledger, seen, units)
  local limits, shortest = {}, math.huge
  local longest = tonumber(redis.call('HGET', KEYS[2], ledger) or 0)
  local named = longest
  for i = 1, number() do
    limits[i] = {window = number(), most = number()}
    shortest, longest = math.min(shortest, limits[i].window), math.max(longest, limits[i].window)
  end
  if longest > named then redis.call('HSET', KEYS[2], ledger, text(longest)) end

  for _ = 1, number() do redis.call('ZREM', units, replica .. take()) end
  for _ = 1, number() do
    local subject, unit, age = take(), take(), number()
    redis.call('ZADD', seen, 'GT', text(now - age + slack), subject)
    if unit ~= '0' then redis.call('ZREM', units, replica .. unit) end
  end
  for _, key in ipairs({seen, units}) do
    redis.call('ZREMRANGEBYSCORE', key, '-inf', text(now - longest))
  end

  -- Who counts in every window already may be shown again, and costs nothing.
  local told = {{}, 0, redis.call('ZCOUNT', units, text(now), '+inf'), {}}
  local asked, grace, strangers = number(), number(), 0
  for i = 1, asked do
    local subject = take()
    local score = redis.call('ZSCORE', seen, subject)
    if score and tonumber(score) > now - shortest then
      told[1][i] = 1
      redis.call('ZADD', seen, 'GT', text(now + grace + slack), subject)
    else
      told[1][i], strangers = 0, strangers + 1
    end
  end

  local room = math.huge
  for i, limit in ipairs(limits) do
    local from = '(' .. text(now - limit.window)
    local people, held = redis.call('ZCOUNT', seen, from, '+inf'), redis.call('ZCOUNT', units, from, '+inf')
    room = math.min(room, limit.most - people - held)
    -- Usually the oldest makes room; after a reload that lowered the limit more of them must go.
    local must_go = text(math.max(0, people + held - limit.most))
    local frees = limit.window
    for _, key in ipairs({seen, units}) do
      local oldest = redis.call('ZRANGEBYSCORE', key, from, '+inf', 'WITHSCORES', 'LIMIT', must_go, '1')
      if oldest[2] then frees = math.min(frees, tonumber(oldest[2]) + limit.window - now) end
    end
    told[4][i] = {people + held - told[3], frees}
  end

  -- A share of the room, and the last ones one by one, to those who need them now: so a budget is used up
  -- exactly, and nobody waits for what another has taken ahead.
  local first, wanted = number(), number()
  if now >= pause and room >= 1 then
    told[2] = math.min(wanted, math.max(math.min(1, strangers), math.floor(room / 8)))
    for i = 0, told[2] - 1 do
      redis.call('ZADD', units, text(now + lease + slack), replica .. text(first + i))
    end
  end
  return told
end

for i = 3, #KEYS, 2 do
  answer[#answer + 1] = settle(take(), KEYS[i], KEYS[i + 1])
end

-- Ledgers that nobody has named for their longest window are forgotten, one at a time.
local idle = redis.call('HRANDFIELD', KEYS[2])
if idle then
  local seen, units = 'tabir:{b}:s:' .. idle, 'tabir:{b}:u:' .. idle
  local from = '(' .. text(now - tonumber(redis.call('HGET', KEYS[2], idle)))
  if redis.call('ZCOUNT', seen, from, '+inf') + redis.call('ZCOUNT', units, from, '+inf') == 0 then
    redis.call('DEL', seen, units)
    redis.call('HDEL', KEYS[2], idle)
  end
end
return answer
)lua";

}  // namespace gateway::accounting
