import Foundation
import TestKit
import Testing

/// The demo is what most people see first.
@Suite("The demo", .timeLimit(.minutes(1)))
struct DemoTests {
    @Test("ganglion demo --once reviews every licence text, shows how to answer the escalation, and ends well")
    func once() async throws {
        let (process, output) = try ProcessOutput.run(GanglionBinary.path, ["demo", "--once"])
        #expect(await process.waitForEnd() == 0)
        try await output.end.wait()
        let lines = output.lines.events

        let heading = try #require(lines.firstIndex { $0.hasPrefix("document ") })
        let rows = lines[(heading + 2)...]
        let texts = try self.texts()
        #expect(!texts.isEmpty)
        for text in texts {
            #expect(rows.contains { $0.hasPrefix("\(text) ") }, "no row for \(text)")
        }
        #expect(rows.contains { $0.contains(" (damaged) ") })
        #expect(!rows.contains { $0.contains("waits for a person") })

        let command = try #require(lines.first { $0.contains("curl --json '{") })
        #expect(command.contains(#/http://127\.0\.0\.1:\d+/v1/escalations/esc_\w+/resolve$/#))
    }

    /// The licence texts of this machine; links lead to texts that are there anyway.
    private func texts() throws -> [String] {
        let folder = "/usr/share/common-licenses"
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            return attributes[.type] as? FileAttributeType == .typeRegular
        }
    }
}
