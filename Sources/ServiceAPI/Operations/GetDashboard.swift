import Dashboard
import HTTP
import HTTPTypes

/// Gives the dashboard's page.
enum GetDashboard: Operation {
    static let id = "getDashboard"
    static let method = HTTPRequest.Method.get
    static let path = "/"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        Dashboard.page.response(to: request)
    }
}

/// Gives what the dashboard's page loads.
enum GetDashboardFile: Operation {
    static let id = "getDashboardFile"
    static let method = HTTPRequest.Method.get
    static let path = "/dashboard/{file}"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let name = request.parameters["file"] ?? ""
        guard let file = Dashboard.files[name] else { throw .unknown("file", name) }
        return file.response(to: request)
    }
}

extension DashboardFile {
    /// A browser asks each time whether it has changed: a service of another version gives other pages.
    fileprivate func response(to request: Request) -> Response {
        var fields: HTTPFields = [
            .contentType: kind.rawValue, .eTag: entityTag, .cacheControl: "no-cache",
            .contentSecurityPolicy: Dashboard.contentSecurityPolicy, .xContentTypeOptions: "nosniff",
        ]
        for (name, value) in Self.isolation { fields[name] = value }
        if request.hasNoneMatch(entityTag) { return Response(status: .notModified, headerFields: fields) }
        return Response(status: .ok, headerFields: fields, body: bytes)
    }

    private static let isolation = [
        ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
}
