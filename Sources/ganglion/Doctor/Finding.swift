import GanglionClient

/// Something that was looked at: that it is in order, or what is wrong with it and how it is mended.
struct Finding: Hashable, Sendable {
    let severity: Severity
    /// What was looked at.
    let subject: String
    let detail: String
    /// What to do; `nil` where nothing is to be done.
    var cure: String?

    enum Severity: String, Hashable, Sendable, CaseIterable {
        case good
        /// Worth knowing.
        case note
        /// Will do harm some day.
        case warning
        /// Does harm.
        case error

        var styled: StyledText {
            switch self {
            case .good: StyledText("✓", .good)
            case .note: StyledText("·", .dim)
            case .warning: StyledText("!", .warning)
            case .error: StyledText("✗", .bad)
            }
        }
    }

    static func good(_ subject: String, _ detail: String) -> Finding {
        Finding(severity: .good, subject: subject, detail: detail)
    }

    static func note(_ subject: String, _ detail: String, _ cure: String? = nil) -> Finding {
        Finding(severity: .note, subject: subject, detail: detail, cure: cure)
    }

    static func warning(_ subject: String, _ detail: String, _ cure: String) -> Finding {
        Finding(severity: .warning, subject: subject, detail: detail, cure: cure)
    }

    static func error(_ subject: String, _ detail: String, _ cure: String) -> Finding {
        Finding(severity: .error, subject: subject, detail: detail, cure: cure)
    }

    var lines: [StyledText] {
        let line = severity.styled + " " + StyledText(subject, .bold) + "  " + StyledText(detail)
        return [line] + (cure.map { [StyledText("    \($0)", .active)] } ?? [])
    }

    var document: JSONDocument {
        var members: [(String, JSONDocument)] = [
            ("severity", .string(severity.rawValue)), ("subject", .string(subject)), ("detail", .string(detail)),
        ]
        if let cure { members.append(("cure", .string(cure))) }
        return .object(members)
    }
}
