-- Commits the transition by which a workflow that has ended goes on: the node owns it from here on, and it is not
-- forgotten any more.
--
-- KEYS, ARGV: as of commit.lua.
-- Gives 'committed', 'call' if that was done and the node may have agents that wait for new tasks, or 'fenced' if the
-- workflow goes on already.

local prefix = KEYS[1]
local workflow, node, revision, nonce, status = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[6]
local key = prefix .. 'workflow:' .. workflow
local stored = redis.call('HMGET', key, 'status', 'revision', 'nonce')

-- Sent once more after a connection broke.
if stored[3] == nonce then return 'call' end
if not has_ended(stored[1]) or stored[2] ~= revision then return 'fenced' end

own(prefix, workflow, node)
redis.call('ZREM', prefix .. 'expiry', 'workflow:' .. workflow)
move_status(prefix, workflow, ARGV[5], stored[1], status)
-- Nothing of what has ended is on a queue.
local calls = perform(prefix, workflow, node, ARGV[8], 12 + tonumber(ARGV[11]), {
    'owner', node, 'revision', revision + 1, 'nonce', nonce, 'committed_at', ARGV[10], 'status', status,
    'checkpoint', ARGV[7],
}, {})
if ARGV[9] ~= '' then retire(prefix, workflow, node, ARGV[9]) end
redis.call('SPUBLISH', prefix .. 'changes:' .. workflow, 'changed ' .. workflow .. ' ' .. revision + 1)
return calls and 'call' or 'committed'
