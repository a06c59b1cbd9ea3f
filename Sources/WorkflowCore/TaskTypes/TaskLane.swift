/// Where a task waits among those of its type: with those of its group, which take turns with others, and of its quota,
/// which has a rate of its own; and apart from those that other agents may take.
package struct TaskLane: Hashable, Sendable, CustomStringConvertible {
    /// As they are written in the names of keys and queues; empty for none.
    package let group: String
    package let quota: String
    /// Only agents that meet it may take what waits here.
    package var requirement = Constraints()
    /// The only one that may, as long as it is given time.
    package var agent: AgentID?

    /// Tasks that have neither are a group like any other.
    package init(group: String? = nil, quota: String? = nil) {
        self.group = group.map(Self.encoded) ?? ""
        self.quota = quota.map(Self.encoded) ?? ""
    }

    /// Reads what `description` gives.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (2...4).contains(parts.count) else { return nil }
        (group, quota) = (String(parts[0]), String(parts[1]))
        if parts.count > 2 { requirement = Constraints(parts[2]) }
        if parts.count > 3 { agent = AgentID(String(parts[3])) }
    }

    /// `<group>/<quota>`, and then the requirement and the agent, if there are any.
    package var description: String {
        if let agent { return "\(group)/\(quota)/\(requirement)/\(agent)" }
        return requirement.isEmpty ? "\(group)/\(quota)" : "\(group)/\(quota)/\(requirement)"
    }

    /// Who may take what waits here.
    package var audience: TaskAudience {
        if let agent { return .agent(agent) }
        return requirement.isEmpty ? .pool : .meeting(requirement)
    }

    /// Where a directed task waits when its agent's time is over; `nil` for where all wait that are not told apart.
    package var withoutAgent: TaskLane? {
        var lane = self
        lane.agent = nil
        return lane == TaskLane() ? nil : lane
    }

    /// Longer keys are told apart by what their beginning and a hash of the whole say.
    private static let longestKey = 96

    /// A key's text as letters, digits, `-`, `_`, `.`, and `%XX` for every other byte (RFC 3986 2.1). A long one ends
    /// in `~` and a hash.
    static func encoded(_ key: String) -> String {
        let bytes = Array(key.utf8)
        var encoded = ""
        for byte in bytes.prefix(longestKey) {
            if isPlain(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += byte < 16 ? "%0" : "%"
                encoded += String(byte, radix: 16, uppercase: true)
            }
        }
        if bytes.count > longestKey { encoded += "~" + String(StableHash.of(bytes), radix: 16) }
        return encoded
    }

    /// The key's text again; of a long one its beginning and `…`.
    package static func decoded(_ encoded: String) -> String {
        let parts = encoded.utf8.split(separator: UInt8(ascii: "~"), maxSplits: 1, omittingEmptySubsequences: false)
        var rest = parts[0]
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(rest.prefix(2)) ?? "", radix: 16) ?? byte)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self) + (parts.count > 1 ? "…" : "")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
