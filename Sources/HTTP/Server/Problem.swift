package import HTTPTypes

/// What the protocol itself has to say to a client, before any responder is asked.
package struct Problem: Hashable, Sendable {
    package var status: HTTPResponse.Status
    /// A sentence for the client's author.
    package var detail: String
    /// The request's target, if it was understood.
    package var target: String?

    package init(status: HTTPResponse.Status, detail: String, target: String?) {
        self.status = status
        self.detail = detail
        self.target = target
    }
}
