package import HTTPTypes
package import HTTPWire

/// Finds the handler for a request's method and path.
package struct Router: Responder {
    package struct Route: Hashable, Sendable {
        package var method: HTTPRequest.Method
        package var template: String

        package init(method: HTTPRequest.Method, template: String) {
            self.method = method
            self.template = template
        }
    }

    /// Why no handler got the request.
    package enum Unmatched: Hashable, Sendable {
        case notFound
        /// The path's percent-encoding is malformed.
        case malformedPath(PercentEncodingError)
        /// No route and no standard has the method.
        case unknownMethod
        /// The path has routes, but none for the method.
        case methodNotAllowed(allowed: [HTTPRequest.Method])
        /// A question for what is allowed, about a path or the server as a whole (RFC 9110 9.3.7).
        case options(allowed: [HTTPRequest.Method])

        /// The answer's status.
        package var status: HTTPResponse.Status {
            switch self {
            case .notFound: .notFound
            case .malformedPath: .badRequest
            case .unknownMethod: .notImplemented
            case .methodNotAllowed: .methodNotAllowed
            case .options: .noContent
            }
        }
    }

    package typealias Handler = @Sendable (Request) async -> Response

    /// In the order in which they were added. HEAD, which is there wherever GET is, is not listed.
    package private(set) var routes: [Route] = []
    private var tree = RouteTree()
    private let unmatched: @Sendable (Unmatched, Request) -> Response

    private static let standardMethods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .delete, .connect, .options, .trace, .patch,
    ]

    /// `unmatched` words the answer where there is no handler; the Allow field is added to it.
    package init(unmatched: @escaping @Sendable (Unmatched, Request) -> Response) {
        self.unmatched = unmatched
    }

    /// Adds a route. That it is there already, or differs from another by a parameter's name only, is a mistake in the
    /// program.
    package mutating func on(_ method: HTTPRequest.Method, _ template: String, _ handler: @escaping Handler) {
        tree.add(method, RouteTemplate(template), handler)
        routes.append(Route(method: method, template: template))
    }

    package func respond(to request: Request) async -> Response {
        let found: (endpoint: RouteTree.Endpoint, parameters: PathParameters)?
        do throws(PercentEncodingError) {
            found = try tree.find(request.path)
        } catch {
            return unmatched(.malformedPath(error), request)
        }
        guard let (endpoint, parameters) = found else { return answer(withoutEndpoint: request) }
        guard let handler = endpoint.handler(for: request.method) else {
            return answer(request, allowing: endpoint.allowed)
        }
        var request = request
        request.parameters = parameters
        return await handler(request)
    }

    private func answer(withoutEndpoint request: Request) -> Response {
        if request.method == .options, request.path == "*" { return answer(request, allowing: methods) }
        return unmatched(isKnown(request.method) ? .notFound : .unknownMethod, request)
    }

    private func answer(_ request: Request, allowing allowed: [HTTPRequest.Method]) -> Response {
        guard isKnown(request.method) else { return unmatched(.unknownMethod, request) }
        let reason: Unmatched =
            request.method == .options ? .options(allowed: allowed) : .methodNotAllowed(allowed: allowed)
        var response = unmatched(reason, request)
        response.headerFields[.allow] = allowed.map(\.rawValue).joined(separator: ", ")
        return response
    }

    private func isKnown(_ method: HTTPRequest.Method) -> Bool {
        Self.standardMethods.contains(method) || routes.contains { $0.method == method }
    }

    /// All methods of all routes.
    private var methods: [HTTPRequest.Method] {
        var methods = Set(routes.map(\.method)).union([.options])
        if methods.contains(.get) { methods.insert(.head) }
        return methods.sorted { $0.rawValue < $1.rawValue }
    }
}

extension RouteTree.Endpoint {
    func handler(for method: HTTPRequest.Method) -> RouteTree.Handler? {
        if let found = handlers.first(where: { $0.method == method }) { return found.handler }
        return method == .head ? handlers.first { $0.method == .get }?.handler : nil
    }

    var allowed: [HTTPRequest.Method] {
        var methods = Set(handlers.map(\.method)).union([.options])
        if methods.contains(.get) { methods.insert(.head) }
        return methods.sorted { $0.rawValue < $1.rawValue }
    }
}
