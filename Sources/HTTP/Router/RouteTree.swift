import HTTPTypes
import HTTPWire

/// Routes by their segments. A literal segment is preferred to a parameter, and the search steps back where that
/// leads nowhere.
struct RouteTree: Sendable {
    typealias Handler = @Sendable (Request) async -> Response

    struct Endpoint: Sendable {
        var parameterNames: [String]
        var handlers: [(method: HTTPRequest.Method, handler: Handler)] = []
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var endpoint: Endpoint?
    }

    /// The first is the root; nodes refer to each other by their place.
    private var nodes = [Node()]

    mutating func add(_ method: HTTPRequest.Method, _ template: RouteTemplate, _ handler: @escaping Handler) {
        var place = 0
        var names: [String] = []
        for segment in template.segments {
            let next: Int?
            switch segment {
            case .literal(let text):
                next = nodes[place].literals[text]
                nodes[place].literals[text] = next ?? nodes.count
            case .parameter(let name):
                names.append(name)
                next = nodes[place].parameter
                nodes[place].parameter = next ?? nodes.count
            }
            place = next ?? nodes.count
            if next == nil { nodes.append(Node()) }
        }
        var endpoint = nodes[place].endpoint ?? Endpoint(parameterNames: names)
        precondition(endpoint.parameterNames == names, "\(template) differs from another route by its names only")
        precondition(!endpoint.handlers.contains { $0.method == method }, "\(method) \(template) is there already")
        endpoint.handlers.append((method, handler))
        nodes[place].endpoint = endpoint
    }

    /// The endpoint for a path, which is split before it is decoded: an encoded slash is part of a segment.
    func find(_ path: String) throws(PercentEncodingError) -> (endpoint: Endpoint, parameters: PathParameters)? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        var segments: [String] = []
        for part in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            segments.append(try PercentEncoding.decode(Substring(part)))
        }
        var values: [String] = []
        guard let endpoint = find(segments[...], from: 0, &values) else { return nil }
        var parameters = PathParameters()
        for (name, value) in zip(endpoint.parameterNames, values) { parameters.append(name: name, value: value) }
        return (endpoint, parameters)
    }

    private func find(_ segments: ArraySlice<String>, from place: Int, _ values: inout [String]) -> Endpoint? {
        let node = nodes[place]
        guard let segment = segments.first else { return node.endpoint }
        if let next = node.literals[segment], let found = find(segments.dropFirst(), from: next, &values) {
            return found
        }
        // A parameter that is empty would be a path that lacks it.
        guard let next = node.parameter, !segment.isEmpty else { return nil }
        values.append(segment)
        if let found = find(segments.dropFirst(), from: next, &values) { return found }
        values.removeLast()
        return nil
    }
}
