import Dashboard
import Foundation
import HTTP
import HTTPTypes
import Testing

/// The dashboard's files as a browser gets them.
@Suite("The dashboard", .service, .timeLimit(.minutes(1)))
struct DashboardTests {
    /// Where they are written.
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/Dashboard/Files")

    @Test("Every file of the folder is served, with its type, and loads nothing that is not there")
    func files() async throws {
        let service = try suiteService()
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(names == (Dashboard.files.keys + ["index.html"]).sorted())
        let types = [
            "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
            "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        ]
        for name in names {
            let answer = try await service.page(name == "index.html" ? "/" : "/dashboard/\(name)")
            #expect(answer.status == 200)
            #expect(answer.bytes == [UInt8](try Data(contentsOf: Self.folder.appending(path: name))))
            #expect(answer.headerFields[.contentType] == types[String(name.split(separator: ".").last ?? "")])
            #expect(answer.headerFields[.contentSecurityPolicy] == Dashboard.contentSecurityPolicy)
            #expect(answer.headerFields[.xContentTypeOptions] == "nosniff")
            let text = String(decoding: answer.bytes, as: UTF8.self)
            for match in text.matches(of: /(?:from |import\(?|href=|src=)["'](?:\.\/|\/dashboard\/)([a-z.]+)["']/) {
                #expect(names.contains(String(match.1)), "\(name) loads \(match.1)")
            }
        }
    }

    @Test("A file that has not changed is not sent again")
    func conditional() async throws {
        let service = try suiteService()
        for path in ["/", "/dashboard/icon.svg"] {
            let first = try await service.page(path)
            let tag = try #require(first.headerFields[.eTag])
            #expect(first.headerFields[.cacheControl] == "no-cache")
            let second = try await service.page(path, [.ifNoneMatch: tag])
            #expect(second.status == 304 && second.bytes.isEmpty && second.headerFields[.eTag] == tag)
            #expect(try await service.page(path, [.ifNoneMatch: "\"other\""]).status == 200)
            #expect(try await service.page(path, method: .head).headerFields[.eTag] == tag)
        }
        let unknown = try await service.send(.get, "/dashboard/none.js")
        #expect(unknown.status == 404 && unknown.type == "/problems/unknown-file")
    }
}
