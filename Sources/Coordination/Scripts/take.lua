-- An agent's sign of life, and its wish for tasks.
--
-- KEYS: the prefix of all keys.
-- ARGV: agent, how many new tasks it wants, 1 if what it holds and does not name is to be given again or 0,
--       then the tasks that it works on.
-- Gives {'unknown'}, {'gone'}, or {'alive', capabilities, status, tasks to stop, tasks, 1 if its slots are
-- full or 0}, each task as {task type, taken at ms, the entry's fields}.

local prefix, agent, wanted, gives_again = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
local key = prefix .. 'agent:' .. agent
local record = redis.call('HMGET', key, 'capabilities', 'slots', 'lifetime', 'status')
local capabilities, slots, lifetime, status = record[1], tonumber(record[2]), record[3], record[4]
if not capabilities then return {'unknown'} end
if status == 'lost' or status == 'left' then return {'gone'} end

local now = now_in_milliseconds()
redis.call('ZADD', prefix .. 'agents', now + lifetime, agent)
redis.call('HSET', key, 'heartbeat_at', now)

-- The tasks that it names, by the places of their entries. A task's id holds its workflow's and the step; so an entry
-- and its payload are read only if they are given.
local named = {}
for at = 4, #ARGV do
    local workflow, step = string.match(ARGV[at], '^task_(%w+_%w+)_(%d+)$')
    local place = workflow and redis.call('HGET', prefix .. 'workflow:wf_' .. workflow, 'q:' .. step)
    if place then named[place] = ARGV[at] end
end

local queues = queues_of(prefix, capabilities)
local tasks, keeps, holds = {}, {}, 0
for _, queue in ipairs(queues) do
    for _, pending in ipairs(held(queue, agent, slots)) do
        holds = holds + 1
        local task = named[queue.type .. ' ' .. pending[1]]
        if task then
            keeps[task] = true
        elseif gives_again then
            local entry = read_entry(queue, pending[1])
            if entry then
                tasks[#tasks + 1] = {queue.type, now - pending[3], entry}
            else
                redis.call('XACK', queue.key, 'agents', pending[1])
                holds = holds - 1
            end
        end
    end
end

local stop = {}
for at = 4, #ARGV do
    if not keeps[ARGV[at]] then
        stop[#stop + 1] = ARGV[at]
        keeps[ARGV[at]] = true
    end
end

local free = math.min(wanted - #tasks, slots - holds)
if status == 'alive' and free > 0 then
    -- Begins with another queue each time, so that a full one does not starve the others.
    local first = now % #queues
    for offset = 0, #queues - 1 do
        if free <= 0 then break end
        local queue = queues[(first + offset) % #queues + 1]
        local read = redis.call('XREADGROUP', 'GROUP', 'agents', agent, 'COUNT', free, 'STREAMS', queue.key, '>')
        for _, entry in ipairs(read and read[1][2] or {}) do
            tasks[#tasks + 1] = {queue.type, now, entry[2]}
            free = free - 1
            holds = holds + 1
        end
    end
end
return {'alive', capabilities, status, stop, tasks, holds >= slots and 1 or 0}
