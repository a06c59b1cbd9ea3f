/// Whether an attempt gets anywhere, as far as its reports tell: as much of them as that takes, and no more.
package struct Vigil: Hashable, Sendable {
    /// When something new was reported last.
    package var since: Instant
    /// Why the attempt seems to be stuck; until something new is reported.
    package var warning: String?
    var fingerprint: String?
    /// How many reports in a row had this fingerprint.
    var reports = 0
    var toolCall: String?
    /// How many reports in a row had this call.
    var toolCalls = 0
    /// What the attempt had cost when something new was reported last, by those units that are limited.
    var usage: [String: Double] = [:]

    package init(since: Instant) {
        self.since = since
    }

    /// Takes a report in, and gives why the attempt seems to be stuck by it; `nil` if it does not. `hasOutput` says
    /// whether it brought something that was not there before.
    mutating func judge(
        _ report: ProgressReport, hasOutput: Bool, by policy: StuckPolicy, at now: Instant
    ) -> String? {
        let isOtherFingerprint = report.fingerprint.map { $0 != fingerprint } ?? false
        if hasOutput || isOtherFingerprint {
            since = now
            warning = nil
            for unit in policy.usage.keys { usage[unit] = report.usage[unit] ?? usage[unit] }
        }
        if let print = report.fingerprint {
            reports = isOtherFingerprint ? 1 : reports + 1
            fingerprint = print
        }
        if let call = report.toolCall {
            toolCalls = call == toolCall ? toolCalls + 1 : 1
            toolCall = call
        }
        if let limit = policy.sameToolCalls, toolCalls >= limit, let toolCall, report.toolCall != nil {
            return "the same tool call \(toolCalls) times in a row: \(toolCall)"
        }
        if let limit = policy.afterHeartbeats, reports >= limit, report.fingerprint != nil {
            return Self.sameFingerprint(reports, since: since)
        }
        for (unit, limit) in policy.usage.sorted(by: { $0.key < $1.key }) {
            guard let amount = report.usage[unit] else { continue }
            let spent = amount - (usage[unit] ?? 0)
            if spent >= limit { return "\(Int(clamping: spent)) \(unit) since \(since) without anything new" }
        }
        return nil
    }

    static func sameFingerprint(_ reports: Int, since: Instant) -> String {
        "nothing new in \(reports) heartbeats, since \(since)"
    }
}

extension Int {
    /// The nearest whole number; amounts are what agents say.
    fileprivate init(clamping amount: Double) {
        self = Int(exactly: amount.rounded()) ?? .max
    }
}
