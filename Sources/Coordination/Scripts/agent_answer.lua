-- Published as `answer`: what an agent that is beside Redis says of its task. It becomes a letter to the workflow, and
-- what becomes of that is told in the agent's box; or it is told at once, if nobody coordinates the workflow any more.
-- Needs published.lua, ownership.lua and messages.lua.
--
-- KEYS: the prefix of all keys.
-- ARGV: agent, task, attempt, `result`, `error`, `question` or `progress`, and that as JSON.
-- Gives a JSON object with the `outcome`: 'sent' if that will be told, otherwise as it would be told.

local prefix, agent, task, attempt, kind, value = KEYS[1], unpack(ARGV)
local kinds = {result = true, error = true, question = true, progress = true}
require_agent(agent)
local workflow, step = string.match(#(task or '') <= 64 and task or '', '^task_(%d+_%w+)_(%d+)$')
require_that(workflow, "expected a task's id")
attempt = require_number(attempt, 1, 999999999, 'attempt')
require_that(kinds[kind], "expected 'result', 'error', 'question' or 'progress'")
require_that(#ARGV == 5 and #value <= 1048576, 'expected one more argument, a JSON value of 1 MiB at most')

local function told(outcome, more)
    return string.format(
        '{"task_id":"%s","attempt":%d,"outcome":"%s"%s}', task, attempt, outcome, more or '')
end

-- The value without white space around it, as results are stored.
local function trimmed()
    local first = string.find(value, '[^ \t\r\n]')
    if not first then return '' end
    local last = #value
    while string.find(value, '^[ \t\r\n]', last) do last = last - 1 end
    return string.sub(value, first, last)
end

-- Whether this is what the attempt ended with, sent once more (Workflow+Repeats.swift).
local function is_repeated(state, ended, result)
    if not ended or ended.agent ~= agent then return false end
    if kind == 'result' then return state.accepted == attempt and result == trimmed() end
    local is_json, said = pcall(cjson.decode, value)
    if not is_json or type(said) ~= 'table' then return false end
    if kind == 'error' then
        local failure = ended.failure
        return failure and ended.ended and failure.code == said.code and failure.message == said.message or false
    end
    local asked = ended.asked
    return kind == 'question' and asked and asked.question == said.question
        and cjson.encode(asked.options or {}) == cjson.encode(said.options or {}) or false
end

-- The workflow has ended: what was decided stays so, and can be read by anyone.
local function tell_of_the_end(key)
    local stored = redis.call('HMGET', key, 's:' .. step, 'r:' .. step)
    if not stored[1] then return told('already_answered', ',"status":"cancelled"') end
    local state, ended = cjson.decode(stored[1]), nil
    for _, each in ipairs(state.attempts or {}) do
        if each.n == attempt then ended = each end
    end
    if is_repeated(state, ended, stored[2]) then return told('duplicate') end
    local accepted = state.accepted and string.format(',"accepted_attempt":%d', state.accepted) or ''
    return told('already_answered', accepted .. ',"status":"' .. state.status .. '"')
end

local key = prefix .. 'workflow:wf_' .. workflow
local stored = redis.call('HMGET', key, 'owner', 'status', 'quarantined')
if stored[3] then return told('quarantined') end
if not stored[1] then return told('unknown_task') end
if has_ended(stored[2]) then return tell_of_the_end(key) end

-- Whether the owner is there or not: whoever follows it finds the letter beside the checkpoint.
local letter = step .. ' ' .. kind .. ' ' .. value
local place = redis.call(
    'XADD', prefix .. 'coordinator_result:wf_' .. workflow, '*', 'to', agent, 'number', attempt, 'event', letter)
redis.call('SADD', prefix .. 'inbox:' .. stored[1], 'wf_' .. workflow)
tell(prefix, stored[1], table.concat({'mail', 'wf_' .. workflow, place, agent, attempt, letter}, ' '))
return told('sent')
