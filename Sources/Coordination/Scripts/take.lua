-- An agent's sign of life, and its wish for tasks.
--
-- KEYS: the prefix of all keys.
-- ARGV: agent, how many new tasks it wants, 1 if what it holds and does not name is to be given again or 0,
--       then the tasks that it works on.
-- Gives {'unknown'}, {'gone'}, or {'alive', capabilities, status, tasks to stop, tasks}, each task as
-- {task type, taken at ms, the entry's fields}.

local prefix, agent, wanted, gives_again = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
local key = prefix .. 'agent:' .. agent
local record = redis.call('HMGET', key, 'capabilities', 'slots', 'lifetime', 'status')
if not record[1] then return {'unknown'} end
if not redis.call('ZSCORE', prefix .. 'agents', agent) then return {'gone'} end

local now = now_in_milliseconds()
redis.call('ZADD', prefix .. 'agents', now + record[3], agent)
redis.call('HSET', key, 'heartbeat_at', now)

local named = {}
for at = 4, #ARGV do named[ARGV[at]] = true end

local queues = queues_of(prefix, record[1])
local tasks, holds = {}, 0
for _, queue in ipairs(queues) do
    for _, pending in ipairs(held(queue, agent)) do
        holds = holds + 1
        local entry, fields = read_entry(queue, pending[1])
        if not entry then
            redis.call('XACK', queue.key, 'agents', pending[1])
        elseif named[fields.task] then
            named[fields.task] = nil
        elseif gives_again then
            tasks[#tasks + 1] = {queue.type, now - pending[3], entry}
        end
    end
end

local stop = {}
for at = 4, #ARGV do
    if named[ARGV[at]] then stop[#stop + 1] = ARGV[at] end
end

local free = math.min(wanted - #tasks, record[2] - holds)
if record[4] == 'alive' and free > 0 then
    -- Begins with another queue each time, so that a full one does not starve the others.
    local first = now % #queues
    for offset = 0, #queues - 1 do
        if free <= 0 then break end
        local queue = queues[(first + offset) % #queues + 1]
        local read = redis.call('XREADGROUP', 'GROUP', 'agents', agent, 'COUNT', free, 'STREAMS', queue.key, '>')
        for _, entry in ipairs(read and read[1][2] or {}) do
            tasks[#tasks + 1] = {queue.type, now, entry[2]}
            free = free - 1
        end
    end
end
return {'alive', record[1], record[4], stop, tasks}
