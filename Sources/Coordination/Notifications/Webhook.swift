package import JSON
package import WorkflowCore

/// Whom Ganglion tells of what happens, where and how.
package struct Webhook: Hashable, Sendable {
    package let name: String
    package var url: WebhookURL
    package var template = Template.json
    package var events = Self.usualEvents
    /// What messages are signed with; not at all if there is none.
    package var secret: String?
    /// Where people reach the service: links begin with it.
    package var linkBase: String?

    package enum Template: String, Sendable, CaseIterable {
        case json, slack, teams
    }

    package static let allEvents: [HistoryEvent.Kind] = [
        .escalationOpened, .escalationClaimed, .escalationReleased, .escalationReassigned, .escalationCommented,
        .escalationVoted, .escalationResolved, .workflowQuarantined, .workflowEscalated, .workflowCompleted,
        .workflowFailed, .workflowCancelled,
    ]
    package static let usualEvents: Set<HistoryEvent.Kind> = [
        .escalationOpened, .escalationClaimed, .escalationResolved, .workflowQuarantined,
    ]
    package static let atMost = 32

    init(name: String, url: WebhookURL) {
        self.name = name
        self.url = url
    }

    /// Reads `{"url", "template", "events", "secret", "link_base"}`.
    package init?(name: String, reading reader: inout JSONObjectReader, problems: inout JSONProblems) {
        let text = reader.required(string: "url", length: 1...2048, problems: &problems)
        let template = reader.optional(enumerated: "template", as: Template.self, problems: &problems)
        let events = Self.events(&reader, &problems)
        // The range of bytes of a key that standardwebhooks.com asks for, and some more.
        let secret = reader.optional(string: "secret", length: 16...256, problems: &problems)
        let base = reader.optional(string: "link_base", length: 1...512, problems: &problems)
        guard let text else { return nil }
        switch WebhookURL.read(text) {
        case .success(let url): self.init(name: name, url: url)
        case .failure(let problem):
            problems.add(reader.pointer("url"), problem.detail)
            return nil
        }
        if let base, !base.hasPrefix("http://"), !base.hasPrefix("https://") {
            problems.add(reader.pointer("link_base"), "expected an address that begins with http:// or https://")
        }
        self.template = template ?? .json
        self.events = events ?? Self.usualEvents
        self.secret = secret
        linkBase = base.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    }

    private static func events(
        _ reader: inout JSONObjectReader, _ problems: inout JSONProblems
    ) -> Set<HistoryEvent.Kind>? {
        guard let nodes = reader.optional(array: "events", problems: &problems) else { return nil }
        var events: Set<HistoryEvent.Kind> = []
        for (index, node) in nodes.enumerated() {
            if let kind = node.string.flatMap(HistoryEvent.Kind.init(rawValue:)), allEvents.contains(kind) {
                events.insert(kind)
            } else {
                let allowed = allEvents.map(\.rawValue).joined(separator: ", ")
                problems.add("\(reader.pointer("events"))/\(index)", "expected one of: \(allowed)")
            }
        }
        if nodes.isEmpty { problems.add(reader.pointer("events"), "expected at least one") }
        return events
    }

    /// In the order in which they are told of.
    package var eventNames: [String] { Self.allEvents.filter(events.contains).map(\.rawValue) }

    /// As it is stored: with its secret.
    var json: JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("url", url.text)
            writer.field("template", template.rawValue)
            writer.name("events")
            writer.array(eventNames) { $0.string($1) }
            writer.field("secret", optional: secret)
            writer.field("link_base", optional: linkBase)
        }
        return writer.text
    }

    init?(name: String, stored text: JSONText) {
        var problems = JSONProblems()
        guard var reader = JSONObjectReader(JSONNode(text), at: "", problems: &problems) else { return nil }
        self.init(name: name, reading: &reader, problems: &problems)
        guard problems.list.isEmpty else { return nil }
    }
}

/// Where a webhook's messages go: `http://host[:port]/path`.
package struct WebhookURL: Hashable, Sendable {
    package let text: String
    package let host: String
    package let port: Int
    /// What the Host field says.
    package let authority: String
    /// Path and query.
    package let target: String

    package struct Problem: Error {
        package let detail: String
    }

    package static func read(_ text: String) -> Result<WebhookURL, Problem> {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return .failure(Problem(detail: "expected visible ASCII characters; others are percent-encoded in a URL"))
        }
        if text.lowercased().hasPrefix("https://") {
            let detail = "https is not spoken yet: name a proxy near the service that does, by http"
            return .failure(Problem(detail: detail))
        }
        guard text.lowercased().hasPrefix("http://") else {
            return .failure(Problem(detail: "expected http://host[:port]/path"))
        }
        let rest = text.dropFirst("http://".count)
        let authority = rest.prefix { !"/?#".contains($0) }
        var target = String(rest.dropFirst(authority.count).prefix { $0 != "#" })
        if !target.hasPrefix("/") { target = "/" + target }
        guard !authority.contains("@"), let (host, port) = split(authority) else {
            return .failure(Problem(detail: "expected http://host[:port]/path, without a user's name"))
        }
        return .success(
            WebhookURL(text: text, host: host, port: port, authority: String(authority), target: target))
    }

    private static func split(_ authority: Substring) -> (host: String, port: Int)? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let host = String(authority[authority.index(after: authority.startIndex)..<end])
            return port(authority[authority.index(after: end)...]).map { (host, $0) }
        }
        let host = String(authority.prefix { $0 != ":" })
        guard !host.isEmpty else { return nil }
        return port(authority.dropFirst(host.count)).map { (host, $0) }
    }

    private static func port(_ text: Substring) -> Int? {
        if text.isEmpty { return 80 }
        let digits = text.dropFirst()
        guard text.first == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
            (1...65_535).contains(port)
        else { return nil }
        return port
    }
}
