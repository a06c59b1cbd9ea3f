import HTTP
import HTTPTypes

/// What HTTP itself refuses, as problem documents.
extension ProblemDocument {
    /// What the protocol itself forbids.
    init(_ problem: Problem) {
        let (name, title) = Self.naming(problem.status)
        self.init(name: name, title: title, status: problem.status, detail: problem.detail)
        if problem.status == .serviceUnavailable { headerFields[.retryAfter] = "1" }
    }

    /// What no operation answers.
    init(_ unmatched: Router.Unmatched, _ request: Request) {
        let (name, title) = Self.naming(unmatched.status)
        self.init(name: name, title: title, status: unmatched.status, detail: Self.detail(unmatched, request))
    }

    private static func detail(_ unmatched: Router.Unmatched, _ request: Request) -> String {
        switch unmatched {
        case .notFound: "There is nothing at '\(request.path.prefix(128))'; see /openapi.yaml for what there is."
        case .malformedPath(let error): "The path cannot be decoded: \(error)"
        case .unknownMethod: "No resource here has the method \(request.method.rawValue.prefix(32))."
        case .methodNotAllowed(let allowed), .options(let allowed):
            "\(request.method.rawValue) is not allowed here; allowed are "
                + "\(allowed.map(\.rawValue).joined(separator: ", "))."
        }
    }

    /// How a status is called in a problem's type, and its title.
    private static func naming(_ status: HTTPResponse.Status) -> (name: String, title: String) {
        switch status {
        case .badRequest: return ("malformed-request", "Malformed request")
        case .notFound: return ("unknown-resource", "Unknown resource")
        case .methodNotAllowed: return ("method-not-allowed", "Method not allowed")
        case .contentTooLarge: return ("body-too-large", "Body too large")
        case .serviceUnavailable: return ("unavailable", "Unavailable")
        default:
            let phrase = status.reasonPhrase
            return (phrase.lowercased().replacing(" ", with: "-"), phrase)
        }
    }
}
