import JSON

/// The service's own words on why it refused a call: a problem document (RFC 9457).
public struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// The HTTP status: 422, 409, 503 …
    public var status: Int
    /// What kind of problem it is, for programs to compare: `/problems/unknown-workflow`.
    public var type: String
    /// The kind in words.
    public var title: String
    /// What is wrong this time.
    public var detail: String
    /// Each place of the request that is wrong.
    public var places: [Place]
    /// How long the service asks to wait before the next try.
    public var retryAfter: Duration?
    /// The whole document, for what some kinds of problems add, such as `accepted_result`; `nil` if there was none.
    public var document: JSONDocument?

    /// Where something is wrong, and what is allowed there.
    public struct Place: Hashable, Sendable, CustomStringConvertible {
        /// A JSON pointer into the body (RFC 6901): `/steps/2/after/0`.
        public var pointer: String?
        /// The name of a header.
        public var header: String?
        /// The name of a query parameter.
        public var parameter: String?
        public var detail: String

        public var description: String { "\(pointer ?? header ?? parameter ?? "/"): \(detail)" }
    }

    public var description: String {
        let places = places.map { "\n  \($0)" }.joined()
        return "\(title) (\(status)): \(detail)\(places)"
    }
}

extension Problem {
    /// Reads the body of an answer that is not a success. What is no problem document, from a proxy perhaps, still
    /// becomes a problem.
    package init(status: Int, reason: String, retryAfter: Duration?, body: [UInt8]) {
        let document = try? JSONDocument(parsing: body)
        self.status = status
        type = document?["type"].string ?? "about:blank"
        title = document?["title"].string ?? reason
        detail = document?["detail"].string ?? String(decoding: body.prefix(200), as: UTF8.self)
        places =
            document?["errors"].elements.compactMap { element in
                guard let detail = element["detail"].string else { return nil }
                return Place(
                    pointer: element["pointer"].string, header: element["header"].string,
                    parameter: element["parameter"].string, detail: detail)
            } ?? []
        self.retryAfter = retryAfter
        self.document = document
    }

    /// Not now, but later: nothing was done.
    var isTemporary: Bool { status == 503 || status == 429 }
    /// A proxy before the service had no answer from it: what was asked may have been done (RFC 9110 15.6.3, 15.6.5).
    var isOfGateway: Bool { status == 502 || status == 504 }
    /// The service does not know the agent any more: it has to register again.
    var meansAgentIsGone: Bool { status == 410 || type == "/problems/unknown-agent" }
}
