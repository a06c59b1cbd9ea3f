import RedisStreams

/// The scripts, embedded from their files; some begin with what others share.
enum Scripts {
    private static let time = PackageResources.time_lua
    private static let index = PackageResources.index_lua
    private static let ownership = PackageResources.ownership_lua
    private static let agentQueues = PackageResources.agents_lua
    private static let messages = PackageResources.messages_lua
    private static let lanes = PackageResources.lanes_lua
    private static let limits = PackageResources.limits_lua
    private static let directed = PackageResources.directed_lua
    private static let escalations = PackageResources.escalations_lua
    private static let notify = PackageResources.notify_lua
    private static let transition = joined(
        escalations, notify, lanes, PackageResources.record_lua, PackageResources.transition_lua)

    static let start = script("start", time, index, ownership, messages, transition, PackageResources.start_lua)
    static let commit = script("commit", time, index, ownership, messages, transition, PackageResources.commit_lua)
    static let reopen = script("reopen", time, index, ownership, messages, transition, PackageResources.reopen_lua)
    static let mail = script("mail", time, ownership, messages, PackageResources.mail_lua)
    static let passOn = script("pass_on", time, ownership, messages, PackageResources.pass_on_lua)
    static let claim = script("claim", time, ownership, PackageResources.claim_lua)
    static let quarantine = script(
        "quarantine", time, index, ownership, messages, transition, PackageResources.quarantine_lua)
    static let decide = script("decide", time, index, ownership, messages, transition, PackageResources.decide_lua)
    static let handle = script(
        "handle", time, index, escalations, notify, PackageResources.record_lua, PackageResources.handle_lua)
    static let surroundings = script("surroundings", time, PackageResources.surroundings_lua)
    static let list = script("list", index, PackageResources.list_lua)
    static let events = script("events", PackageResources.events_lua)
    static let counts = script("counts", PackageResources.counts_lua)
    static let register = script("register", time, index, lanes, agentQueues, PackageResources.register_lua)
    static let take = script(
        "take", time, ownership, messages, lanes, directed, agentQueues, limits, PackageResources.taking_lua,
        PackageResources.watching_lua, PackageResources.take_lua)
    static let learn = script("learn", time, PackageResources.learn_lua)
    static let conduct = script("conduct", time, ownership, messages, PackageResources.conduct_lua)
    static let depart = script(
        "depart", time, ownership, messages, lanes, directed, agentQueues, PackageResources.depart_lua)
    static let heartbeat = script("heartbeat", time, index, ownership, PackageResources.heartbeat_lua)
    static let leave = script("leave", time, ownership, messages, PackageResources.leave_lua)
    static let nodes = script("nodes", time, index, ownership, PackageResources.nodes_lua)
    static let orphans = script("orphans", time, ownership, PackageResources.orphans_lua)
    static let configure = script("configure", time, ownership, messages, PackageResources.configure_lua)
    static let taskTypes = script("task_types", lanes, limits, PackageResources.task_types_lua)
    static let queued = script("queued", lanes, limits, PackageResources.queued_lua)
    static let pool = script("pool", PackageResources.pool_lua)
    static let webhook = script("webhook", PackageResources.webhook_lua)
    static let deliveries = script("deliveries", time, PackageResources.deliveries_lua)
    static let delivered = script("delivered", time, PackageResources.delivered_lua)
    static let redeliver = script("redeliver", time, PackageResources.redeliver_lua)
    static let sweep = script("sweep", time, index, escalations, PackageResources.sweep_lua)

    static let publish = script("publish", PackageResources.publish_lua)

    /// What agents beside Redis run, by the names under which it is published (docs/redis-protocol.md).
    static let published = [
        published(
            "register", time, index, lanes, agentQueues, function("register", PackageResources.register_lua),
            PackageResources.agent_register_lua),
        published(
            "take", time, ownership, messages, lanes, directed, agentQueues, limits, PackageResources.taking_lua,
            PackageResources.watching_lua, function("take", PackageResources.take_lua),
            PackageResources.agent_take_lua),
        published("answer", time, ownership, messages, PackageResources.agent_answer_lua),
        published("leave", time, PackageResources.agent_leave_lua),
    ]

    static let all = [
        start, commit, reopen, mail, claim, quarantine, decide, handle, surroundings, list, events, counts, register,
        learn, take, passOn, conduct, depart, heartbeat, leave, nodes, orphans, sweep, configure, taskTypes, queued,
        pool, webhook, deliveries, delivered, redeliver, publish,
    ]

    private static func script(_ name: String, _ parts: [UInt8]...) -> RedisScript {
        RedisScript(name: name, source: joined(parts))
    }

    private static func published(_ name: String, _ parts: [UInt8]...) -> RedisScript {
        RedisScript(name: name, source: joined([PackageResources.published_lua] + parts))
    }

    /// A script that is a part of another one, which calls it.
    private static func function(_ name: String, _ script: [UInt8]) -> [UInt8] {
        joined(Array("local function \(name)(KEYS, ARGV)".utf8), script, Array("end".utf8))
    }

    private static func joined(_ parts: [UInt8]...) -> [UInt8] { joined(parts) }

    private static func joined(_ parts: [[UInt8]]) -> [UInt8] { Array(parts.joined(separator: [UInt8(ascii: "\n")])) }
}
