/** KEYS: the stream, its hash {id, head, floor, bytes}. Entries have the fields `poll` and `at`, in this order. */

/** ARGV: seq, count. Answers {id, head, floor, entry id, poll, …}; an empty id when there is no log, or half of one. */
export const READ_LUA = `
local log = redis.call('HMGET', KEYS[2], 'id', 'head', 'floor')
if not log[1] then return {''} end
if tonumber(log[2]) > tonumber(log[3]) and redis.call('EXISTS', KEYS[1]) == 0 then return {''} end
local answer = {log[1], log[2], log[3]}
local entries = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1] .. '-0', '+', 'COUNT', ARGV[2])
for _, entry in ipairs(entries) do
  answer[#answer + 1] = entry[1]
  answer[#answer + 1] = entry[2][2]
end
return answer
`;

/**
 * ARGV: id and head that the writer knows, poll, max entries, max bytes, max age in ms. Answers {seq, floor}, or {} when
 * the log stands elsewhere. Ages count on the clock of Redis, as those of the replicas differ.
 */
export const APPEND_LUA = `
local log = redis.call('HMGET', KEYS[2], 'id', 'head', 'floor', 'bytes')
if log[1] ~= ARGV[1] or log[2] ~= ARGV[2] then return {} end
local head, floor, bytes = tonumber(log[2]), tonumber(log[3]), tonumber(log[4])
if head > floor and redis.call('EXISTS', KEYS[1]) == 0 then return {} end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
head = head + 1
redis.call('XADD', KEYS[1], head .. '-0', 'poll', ARGV[3], 'at', string.format('%.0f', now))
bytes = bytes + #ARGV[3]
local before = floor
while floor + 1 < head do
  local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  local isOver = head - floor > tonumber(ARGV[4]) or bytes > tonumber(ARGV[5])
  if not isOver and now - tonumber(oldest[2][4]) <= tonumber(ARGV[6]) then break end
  redis.call('XDEL', KEYS[1], oldest[1])
  bytes = bytes - #oldest[2][2]
  floor = floor + 1
end
redis.call('HSET', KEYS[2], 'head', string.format('%.0f', head), 'floor', string.format('%.0f', floor), 'bytes', string.format('%.0f', bytes))
redis.call('PUBLISH', KEYS[1], string.format('%.0f', head))
return {string.format('%.0f', head), string.format('%.0f', floor)}
`;

/** ARGV: new id, id and head that it replaces (an empty id: nothing). Does nothing when Redis holds something else. */
export const CREATE_LUA = `
local log = redis.call('HMGET', KEYS[2], 'id', 'head', 'floor')
local id, head = log[1] or '', log[2] or '0'
if id ~= '' and tonumber(head) > tonumber(log[3]) and redis.call('EXISTS', KEYS[1]) == 0 then id, head = '', '0' end
if id ~= ARGV[2] or head ~= ARGV[3] then return {} end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[2], 'id', ARGV[1], 'head', '0', 'floor', '0', 'bytes', '0')
redis.call('PUBLISH', KEYS[1], '0')
return {'0'}
`;
