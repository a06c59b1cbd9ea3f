-- Published as `take`: the sign of life of an agent that is beside Redis, and its wish for tasks. Needs published.lua,
-- what take.lua needs, and that as a function.
--
-- KEYS: the prefix of all keys.
-- ARGV: agent, how many new tasks it wants, then the tasks that it works on.
-- Gives a JSON object: its `status`; new `tasks`; those that it is to `cancel`; and, if tasks wait that may not be taken
-- yet, when to ask again, as `again_in_ms`.

local prefix, agent = KEYS[1], ARGV[1]
require_agent(agent)
require_number(ARGV[2], 0, 1000, 'how many tasks it wants')
require_that(#ARGV <= 1002, 'tasks that it works on: expected at most 1000')

-- It is told of tasks itself, as a node is of those for its agents: where it asks, and waits, is its own box.
local taken = take(KEYS, {agent, ARGV[2], ARGV[2] == '0' and '0' or '1', agent, '1', '', unpack(ARGV, 3)})
if taken[1] ~= 'alive' then return '{"status":"' .. taken[1] .. '","tasks":[],"cancel":[]}' end
local status, tasks, is_full = taken[3], taken[5], taken[6] == 1

-- It waits no more. Whoever called it for a task of a type that it has no slot left for has called nobody else.
if #tasks > 0 or is_full then
    local has_room = {}
    for queue_type in string.gmatch(taken[2], '%S+') do has_room[queue_type] = true end
    for _, queue in ipairs(queues_of(prefix, redis.call('HGET', prefix .. 'agent:' .. agent, 'capabilities'))) do
        local waited = redis.call('SREM', prefix .. 'waiting:' .. queue.type, agent) == 1
        if not has_room[queue.type] and not waited then call_agent(prefix, queue.type, agent, '') end
    end
end

local function task_as_json(task)
    local fields, entry = {}, task[3]
    for at = 1, #entry, 2 do fields[entry[at]] = entry[at + 1] end
    local members = {
        '"task_id":"', fields.task, '","workflow_id":"wf_', string.match(fields.task, '^task_(%w+_%w+)_'),
        '","step_id":"', fields.step, '","task_type":"', task[1], '","attempt":', fields.attempt,
        ',"deadline_ms":', string.format('%.0f', task[2] + fields.timeout),
    }
    if fields.trace and fields.trace ~= '' then
        members[#members + 1] = ',"traceparent":' .. cjson.encode(fields.trace)
    end
    if fields.heartbeat then members[#members + 1] = ',"heartbeat_timeout_ms":' .. fields.heartbeat end
    if fields.partial then members[#members + 1] = ',"partial":' .. fields.partial end
    if fields.answers then members[#members + 1] = ',"answers":' .. fields.answers end
    members[#members + 1] = ',"payload":'
    members[#members + 1] = fields.payload
    return '{' .. table.concat(members) .. '}'
end

local given, cancelled, again = {}, {}, nil
for index, task in ipairs(tasks) do given[index] = task_as_json(task) end
for index, task in ipairs(taken[4]) do cancelled[index] = cjson.encode(task) end
for at = 2, #taken[7], 2 do again = again and math.min(again, taken[7][at]) or taken[7][at] end
return '{"status":"' .. status .. '","tasks":[' .. table.concat(given, ',') .. '],"cancel":['
    .. table.concat(cancelled, ',') .. ']'
    .. (again and ',"again_in_ms":' .. string.format('%.0f', math.max(0, again - now_in_milliseconds())) or '') .. '}'
