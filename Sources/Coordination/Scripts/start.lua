-- Stores a new workflow with its first transition.
--
-- KEYS: the prefix of all keys.
-- ARGV: workflow, node, nonce, created at ms, status, checkpoint head, name, labels as JSON, plan, input, traceparent,
--       when to forget it in ms, if it has ended, or '', idempotency key or '', how long that key counts in ms, or ''
--       if that is as long as the workflow is remembered, the number of labels, each as `name:value`, then the
--       operations of transition.lua.
-- Gives {'started'}, {'call'} if that was done and the node may have agents that wait for its tasks, {'known', workflow}
-- if the key started this very workflow before, or {'reused'}.

local prefix = KEYS[1]
local workflow, node, nonce, created_at, status = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local plan, input, traceparent, forget_at = ARGV[9], ARGV[10], ARGV[11], ARGV[12]
local key = prefix .. 'workflow:' .. workflow

-- Sent once more after a connection broke.
if redis.call('HGET', key, 'started_by') == nonce then return {'call'} end

if ARGV[13] ~= '' then
    local slot = prefix .. 'idempotency:' .. redis.sha1hex(ARGV[13])
    local digest = redis.sha1hex(plan .. '\n' .. input)
    local known = redis.call('GET', slot)
    if known then
        local before, digest_before = string.match(known, '^(%S+) (%S+)$')
        if digest_before ~= digest then return {'reused'} end
        -- A key may be remembered longer than its workflow.
        if redis.call('EXISTS', prefix .. 'workflow:' .. before) == 1 then return {'known', before} end
    end
    if ARGV[14] ~= '' then
        redis.call('SET', slot, workflow .. ' ' .. digest, 'PX', ARGV[14])
    else
        redis.call('SET', slot, workflow .. ' ' .. digest)
        redis.call('HSET', key, 'key', slot)
    end
end

own(prefix, workflow, node)
local member = moment(created_at, workflow)
redis.call('ZADD', prefix .. 'index:workflows', 0, member)
redis.call('ZADD', prefix .. 'index:status:' .. status, 0, member)
local labels = tonumber(ARGV[15])
for index = 1, labels do redis.call('ZADD', prefix .. 'index:label:' .. ARGV[15 + index], 0, member) end

local calls = perform(prefix, workflow, node, traceparent, 16 + labels, {
    'name', ARGV[7], 'labels', ARGV[8], 'plan', plan, 'input', input, 'trace', traceparent, 'created_at', created_at,
    'committed_at', created_at, 'started_by', nonce, 'nonce', nonce, 'owner', node, 'takeovers', 0, 'revision', 1,
    'status', status, 'checkpoint', ARGV[6],
}, {})
if forget_at ~= '' then retire(prefix, workflow, node, forget_at) end
return {calls and 'call' or 'started'}
