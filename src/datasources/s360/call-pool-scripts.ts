/**
 * What replicas do to the calls they share, each in one step that nobody comes in between of. The time is Redis's own,
 * as the clocks of machines differ; a caller may give it where only one machine is concerned.
 */

/** ARGV[1] is the time or empty; an epoch names the life of the data: another one says that they were lost. */
const COMMON = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local function text(number) return string.format('%.0f', number) end
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  epoch = ARGV[2] .. '@' .. text(now)
  redis.call('SET', KEYS[1], epoch)
end
local born = tonumber(string.match(epoch, '@(%d+)$'))
local function take(key, id, freeAt)
  if freeAt <= now then redis.call('DEL', key)
  else redis.call('SET', key, text(freeAt) .. '|' .. id, 'PX', text(math.ceil(freeAt - now))) end
end
local function holder(key)
  local value = redis.call('GET', key)
  if not value then return 0, '' end
  local freeAt, id = string.match(value, '^(%d+)|(.*)$')
  return tonumber(freeAt), id
end
`;

/**
 * Grants a call or says who refuses it until when.
 * KEYS: epoch, minute, month, open, rest, void, token.
 * ARGV: now, new epoch, id, blind ms, window ms, most of the minute, most of the month, most bytes or -1, is polling,
 * token ms or 0, joins, ms to keep a month.
 * Answers word, now, until, calls, bytes, used of the minute, epoch.
 */
export const BUY = `${COMMON}
local id, window = ARGV[3], tonumber(ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', text(now - window))
local used = redis.call('ZCARD', KEYS[2])
local month = redis.call('HMGET', KEYS[3], 'calls', 'bytes')
local calls, bytes = tonumber(month[1] or '0'), tonumber(month[2] or '0')
local function answer(word, till) return {word, text(now), text(till), calls, bytes, used, epoch} end
if now - born < tonumber(ARGV[4]) then return answer('BLIND', born + tonumber(ARGV[4])) end
if not month[1] then return answer('UNSEEDED', now) end
if redis.call('EXISTS', KEYS[6]) == 1 then return answer('VOID', now) end
if calls >= tonumber(ARGV[7]) then return answer('MONTH', now) end
local bytesMost = tonumber(ARGV[8])
if bytesMost >= 0 and bytes >= bytesMost then return answer('MONTH_BYTES', now) end
local restUntil = holder(KEYS[5])
if ARGV[9] == '1' and restUntil > now then return answer('S360', restUntil) end
local tokenMs = tonumber(ARGV[10])
local freeAt = 0
if tokenMs > 0 then freeAt = holder(KEYS[7]) end
if freeAt > now and ARGV[11] ~= '1' then return answer('METHOD', freeAt) end
local most = tonumber(ARGV[6])
if used >= most then
  local oldest = redis.call('ZRANGE', KEYS[2], used - most, used - most, 'WITHSCORES')
  return answer('MINUTE', tonumber(oldest[2]) + window)
end
redis.call('ZADD', KEYS[2], text(now), id)
redis.call('PEXPIRE', KEYS[2], text(window * 2))
calls = redis.call('HINCRBY', KEYS[3], 'calls', 1)
used = used + 1
redis.call('HSET', KEYS[4], id, '1')
redis.call('PEXPIRE', KEYS[3], ARGV[12])
redis.call('PEXPIRE', KEYS[4], ARGV[12])
if tokenMs > 0 then take(KEYS[7], id, math.max(freeAt, now + tokenMs)) end
return answer('GRANTED', now)
`;

/**
 * Raises the month to what the journal knows, where that is more.
 * KEYS: epoch, month. ARGV: now, new epoch, calls, bytes, ms to keep a month.
 */
export const RAISE = `${COMMON}
for index, field in ipairs({'calls', 'bytes'}) do
  local known = tonumber(redis.call('HGET', KEYS[2], field) or '-1')
  local told = tonumber(ARGV[2 + index])
  if told > known then redis.call('HSET', KEYS[2], field, text(told)) end
end
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return epoch
`;

/**
 * Begins, or begins again: whoever was cut off tells the calls of the last minute that it knows.
 * KEYS: epoch, minute. ARGV: now, new epoch, window ms, then id and age in ms of each call. Answers the epoch.
 */
export const TELL = `${COMMON}
for index = 4, #ARGV, 2 do
  redis.call('ZADD', KEYS[2], 'NX', text(now - tonumber(ARGV[index + 1])), ARGV[index])
end
if #ARGV > 3 then redis.call('PEXPIRE', KEYS[2], text(tonumber(ARGV[3]) * 2)) end
return epoch
`;

/**
 * Counts a call that was made without a grant, once. Answers 0 where the data are not those of \`epoch\`: the journal
 * then knows better.
 * KEYS: epoch, minute, month, open, token. ARGV: now, new epoch, id, epoch, age ms, window ms, token ms left or 0, ms to
 * keep a month.
 */
export const MADE = `${COMMON}
local id, age, window = ARGV[3], tonumber(ARGV[5]), tonumber(ARGV[6])
local tokenMs = tonumber(ARGV[7])
if tokenMs > 0 then
  local freeAt = holder(KEYS[5])
  take(KEYS[5], id, math.max(freeAt, now + tokenMs))
end
if age < window then
  redis.call('ZADD', KEYS[2], 'NX', text(now - age), id)
  redis.call('PEXPIRE', KEYS[2], text(window * 2))
end
if epoch ~= ARGV[4] or redis.call('EXISTS', KEYS[3]) == 0 then return 0 end
if redis.call('HSETNX', KEYS[4], id, '1') == 1 then redis.call('HINCRBY', KEYS[3], 'calls', 1) end
redis.call('PEXPIRE', KEYS[4], ARGV[8])
return 1
`;

/**
 * The call was never sent; should its purchase only now arrive, it finds itself void.
 * KEYS: epoch, minute, month, open, void, token. ARGV: now, new epoch, id, joins, ms to keep the void.
 */
export const TAKE_BACK = `${COMMON}
local id = ARGV[3]
redis.call('ZREM', KEYS[2], id)
if redis.call('HDEL', KEYS[4], id) == 1 then redis.call('HINCRBY', KEYS[3], 'calls', -1)
else redis.call('SET', KEYS[5], '1', 'PX', ARGV[5]) end
local freeAt, holds = holder(KEYS[6])
if holds == id and ARGV[4] ~= '1' then redis.call('DEL', KEYS[6]) end
return 1
`;

/**
 * The call ended: its bytes, and from when its method is free. Answers 0 for a call that is not known here.
 * KEYS: epoch, month, open, rest, token. ARGV: now, new epoch, id, bytes, has token, token ms left, rest ms left.
 */
export const ENDED = `${COMMON}
local id, restMs = ARGV[3], tonumber(ARGV[7])
if ARGV[5] == '1' then
  local freeAt, holds = holder(KEYS[5])
  local told = now + tonumber(ARGV[6])
  if holds == id or told > freeAt then take(KEYS[5], id, told) end
end
if restMs > 0 and now + restMs > holder(KEYS[4]) then take(KEYS[4], id, now + restMs) end
if redis.call('HDEL', KEYS[3], id) == 0 then return 0 end
redis.call('HINCRBY', KEYS[2], 'bytes', ARGV[4])
return 1
`;
