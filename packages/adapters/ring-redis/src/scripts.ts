/**
 * What Redis runs for us. Scripts are atomic there, which is the whole of the compare-and-set, and each
 * reads the server's clock itself: ages of heartbeats are differences of one clock.
 *
 * An error that starts with `DAMAGED` says that a key holds what we did not write.
 */

/** Far above a thousand members; whoever exceeds it wrote something else into the key. */
const DOCUMENT_SIZE_MAX_BYTES = 4 * 1024 * 1024;
const HEARTBEATS_MAX = 10_000;

const NOW_MS = `
local time = redis.call('TIME')
local nowMs = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))`;

/** Keys: view, heartbeats. Returns the document or "", the hash's fields and values, the time. */
export const READ: string = `
if redis.call('STRLEN', KEYS[1]) > ${DOCUMENT_SIZE_MAX_BYTES} then
  return redis.error_reply('DAMAGED the ring document is too large')
end
if redis.call('HLEN', KEYS[2]) > ${HEARTBEATS_MAX} then
  return redis.error_reply('DAMAGED too many heartbeats')
end
${NOW_MS}
return {redis.call('GET', KEYS[1]) or '', redis.call('HGETALL', KEYS[2]), nowMs}`;

/** Key: view. Arguments: expected version, new document. Returns 1 when it was written. */
export const COMPARE_AND_SET: string = `
local held = redis.call('GET', KEYS[1])
local version = 0
if held then
  local whole, document = pcall(cjson.decode, held)
  if not whole or type(document) ~= 'table' or type(document.version) ~= 'number' then
    return redis.error_reply('DAMAGED no ring document')
  end
  version = document.version
end
if version ~= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1`;

/** Key: heartbeats. Arguments: ID, then JSON fields of the heartbeat to put before its time. */
export const BEAT: string = `
${NOW_MS}
redis.call('HSET', KEYS[1], ARGV[1], '{' .. ARGV[2] .. ',"atMs":' .. nowMs .. '}')
return nowMs`;

/** Key: incarnations. Arguments: ID, the number to stay above. Returns the number drawn, as text. */
export const NEXT_INCARNATION: string = `
local held = redis.call('HGET', KEYS[1], ARGV[1])
local last = held and tonumber(held) or 0
if held and not tonumber(held) then return redis.error_reply('DAMAGED no incarnation') end
local drawn = string.format('%.0f', math.max(last, tonumber(ARGV[2])) + 1)
redis.call('HSET', KEYS[1], ARGV[1], drawn)
return drawn`;

/** Key: heartbeats. Argument: ID. */
export const REMOVE_HEARTBEAT: string = `return redis.call('HDEL', KEYS[1], ARGV[1])`;
