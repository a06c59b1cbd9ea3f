import ArgumentParser
import Testing

@testable import ganglion

@Suite("Help")
struct ServeHelpTests {
    @Test("The help of serve names every setting, in sections, and has an example")
    func serve() {
        let help = Ganglion.helpMessage(for: Serve.self)
        for name in SettingName.allCases { #expect(help.contains("--\(name.rawValue)"), "\(name.rawValue)") }
        for section in ["ADDRESSES:", "REDIS:", "WHO IS ALIVE:", "LIMITS:", "LOGS:", "CONFIGURATION:"] {
            #expect(help.contains(section), "\(section)")
        }
        #expect(help.contains("ganglion serve --listen"))
    }

    @Test("Every default that the help tells is the one that is used")
    func defaults() throws {
        let help = Ganglion.helpMessage(for: Serve.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for text in ["500ms", "1.5s", "5s", "15s", "7d", "1MiB", "127.0.0.1:8080", "everysec", "info", "text"] {
            #expect(help.contains("(default: \(text))"), "\(text)")
        }
    }
}
