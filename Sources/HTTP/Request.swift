package import HTTPTypes
package import HTTPWire
package import Sockets

/// A request with its whole body, as a responder gets it.
package struct Request: Sendable {
    package var method: HTTPRequest.Method
    /// As it was sent (RFC 9112 3.2).
    package var target: String
    /// The target's path as it was sent, still percent-encoded; `*` for the server as a whole.
    package var path: String
    package var query: Query
    package var headerFields: HTTPFields
    package var body: [UInt8]
    /// What the route's template bound.
    package var parameters: PathParameters
    /// The loop of the connection, on which the responder runs.
    package var loop: EventLoop

    package init(
        method: HTTPRequest.Method, target: String, path: String, query: Query = Query(nil),
        headerFields: HTTPFields = [:], body: [UInt8] = [], parameters: PathParameters = PathParameters(),
        loop: EventLoop
    ) {
        self.method = method
        self.target = target
        self.path = path
        self.query = query
        self.headerFields = headerFields
        self.body = body
        self.parameters = parameters
        self.loop = loop
    }
}

/// Names and percent-decoded values of a path's segments, in the order of the template.
package struct PathParameters: Hashable, Sendable {
    package private(set) var items: [(name: String, value: String)] = []

    package init() {}

    package subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    package mutating func append(name: String, value: String) {
        items.append((name, value))
    }

    package static func == (left: PathParameters, right: PathParameters) -> Bool {
        left.items.elementsEqual(right.items, by: ==)
    }

    package func hash(into hasher: inout Hasher) {
        for item in items {
            hasher.combine(item.name)
            hasher.combine(item.value)
        }
    }
}
