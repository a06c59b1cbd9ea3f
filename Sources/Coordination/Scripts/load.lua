-- Reads a workflow whole; for a node that wants to coordinate it, claims it first if its owner's lease has ended.
--
-- KEYS: the prefix of all keys.
-- ARGV: workflow, and the node that wants to coordinate it, or '' for a reader.
-- Gives {} if there is no such workflow, {owner} if another node has it, otherwise
-- {owner, fields and values, {step, agent, taken at ms, ...} for its open tasks that agents hold}.

local prefix, workflow, node = KEYS[1], ARGV[1], ARGV[2]
local key = prefix .. 'workflow:' .. workflow
local stored = redis.call('HMGET', key, 'owner', 'status')
local owner = stored[1]
if not owner then return {} end

local now = now_in_milliseconds()
if node ~= '' and owner ~= node and not has_ended(stored[2]) then
    if is_alive(prefix, owner, now) then return {owner} end
    claim(prefix, workflow, owner, node)
    owner = node
end

local fields = redis.call('HGETALL', key)
local takes = {}
for at = 1, #fields, 2 do
    local step = string.match(fields[at], '^q:(%d+)$')
    if step then
        local queue_type, entry = string.match(fields[at + 1], '^(%S+) (%S+)$')
        local pending = redis.pcall('XPENDING', prefix .. 'agent_queue:' .. queue_type, 'agents', entry, entry, 1)
        if not pending.err and pending[1] then
            takes[#takes + 1] = step
            takes[#takes + 1] = pending[1][2]
            takes[#takes + 1] = now - pending[1][3]
        end
    end
end
return {owner, fields, takes}
