-- Commits one transition, or nothing if its coordinator is not the owner any more.
--
-- KEYS: the prefix of all keys.
-- ARGV: workflow, node, the revision that the transition was made from, nonce, created at ms, status, checkpoint head,
--       traceparent, when to forget it in ms, if it has ended, or '', now in ms, how many steps leave their queues, each
--       of these, then the operations of transition.lua.
-- Gives 'committed', 'call' if that was done and the node may have agents that wait for new tasks, or 'fenced'.

local prefix = KEYS[1]
local workflow, node, revision, nonce, status = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[6]
local key = prefix .. 'workflow:' .. workflow
local wanted, leaving = {'owner', 'revision', 'nonce', 'status'}, tonumber(ARGV[11])
for index = 1, leaving do wanted[4 + index] = 'q:' .. ARGV[11 + index] end
local stored = redis.call('HMGET', key, unpack(wanted))

if stored[1] ~= node then return 'fenced' end
-- Sent once more after a connection broke.
if stored[3] == nonce then return 'call' end
if stored[2] ~= revision then return 'fenced' end

if stored[4] ~= status then move_status(prefix, workflow, ARGV[5], stored[4], status) end
local head = {'revision', revision + 1, 'nonce', nonce, 'committed_at', ARGV[10], 'status', status, 'checkpoint', ARGV[7]}
local places = {}
for index = 1, leaving do places[ARGV[11 + index]] = stored[4 + index] end
local calls = perform(prefix, workflow, node, ARGV[8], 12 + leaving, head, places)
if ARGV[9] ~= '' then retire(prefix, workflow, node, ARGV[9]) end
redis.call('SPUBLISH', prefix .. 'changes:' .. workflow, 'changed ' .. workflow .. ' ' .. revision + 1)
return calls and 'call' or 'committed'
