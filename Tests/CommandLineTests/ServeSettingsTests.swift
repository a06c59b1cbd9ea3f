import ArgumentParser
import Configuration
import Foundation
import Logging
import RedisStreams
import Sockets
import Testing

@testable import ganglion

@Suite("Settings of serve")
struct ServeSettingsTests {
    // MARK: Sources

    @Test("Where nothing is given, the defaults are")
    func defaults() throws {
        let settings = try settings([], ["HOME": "/home/a"])
        #expect(settings.listen == [.internet(host: "127.0.0.1", port: 8080)])
        #expect(settings.redis == .own(folder: "/home/a/.local/state/ganglion", durability: .everysec))
        #expect(settings.heartbeat == .milliseconds(500))
        #expect(settings.nodeTimeout == .milliseconds(1500))
        #expect(settings.agentHeartbeat == .seconds(5))
        #expect(settings.agentLostAfter == .seconds(15))
        #expect(settings.retention == .seconds(7 * 86_400))
        #expect(settings.maxBody == 1 << 20)
        #expect(settings.loops == sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        #expect(settings.logLevel == .info)
        #expect(settings.logFormat == .text)
    }

    /// For each setting a value that is not the default, and what then differs.
    static let samples: [(name: SettingName, text: String, isRead: @Sendable (ServeSettings) -> Bool)] = [
        (.listen, "localhost:1", { $0.listen == [.internet(host: "localhost", port: 1)] }),
        (.redis, "redis://h:2/3", { $0.redis == .server(RedisEndpoint("redis://h:2/3")!) }),
        (.data, "/d", { $0.redis == .own(folder: "/d", durability: .everysec) }),
        (.durability, "always", { $0.redis == .own(folder: "/home/.local/state/ganglion", durability: .always) }),
        (.heartbeat, "0.25s", { $0.heartbeat == .milliseconds(250) }),
        (.nodeTimeout, "2.5s", { $0.nodeTimeout == .milliseconds(2500) }),
        (.agentHeartbeat, "4s", { $0.agentHeartbeat == .seconds(4) }),
        (.agentLostAfter, "1m", { $0.agentLostAfter == .seconds(60) }),
        (.retention, "2h", { $0.retention == .seconds(7200) }),
        (.maxBody, "64KiB", { $0.maxBody == 65_536 }),
        (.loops, "3", { $0.loops == 3 }),
        (.logLevel, "debug", { $0.logLevel == .debug }),
        (.logFormat, "json", { $0.logFormat == .json }),
    ]

    @Test("The slow heartbeats of the published pattern may be set")
    func slowHeartbeats() throws {
        let settings = try settings(["--heartbeat", "5s", "--node-timeout", "15s"], ["HOME": "/home/a"])
        #expect(settings.heartbeat == .seconds(5))
        #expect(settings.nodeTimeout == .seconds(15))
        // Exactly two heartbeats is the least.
        let least = try self.settings(["--heartbeat", "5s", "--node-timeout", "10s"], ["HOME": "/home/a"])
        #expect(least.nodeTimeout == .seconds(10))
        #expect(throws: SettingsError.self) {
            try self.settings(["--heartbeat", "5s", "--node-timeout", "9999ms"], ["HOME": "/home/a"])
        }
    }

    @Test("Every setting is read from the command line, the environment and the file", arguments: samples.indices)
    func everySource(_ index: Int) throws {
        let (name, text, isRead) = Self.samples[index]
        let variable = "GANGLION_" + name.rawValue.uppercased().replacing("-", with: "_")
        #expect(!isRead(try settings([])))
        #expect(isRead(try settings(["--\(name.rawValue)", text])))
        #expect(isRead(try settings([], ["HOME": "/home", variable: text])))
        #expect(isRead(try settings([], file: "\(name.rawValue): \(text)")))
        #expect(isRead(try settings([], file: "{\n\t\"\(name.rawValue)\": \"\(text)\"\n}")))
    }

    @Test("Every setting has a sample here; the two that have none are no values of their own")
    func samplesAreComplete() {
        #expect(
            Set(SettingName.allCases).subtracting(Self.samples.map(\.name)) == [.insecure, .privateWebhooks, .config])
    }

    @Test("The command line comes before the environment, that before the file, and that before the default")
    func precedence() throws {
        let variable = ["GANGLION_LOOPS": "2", "HOME": "/home"]
        #expect(try settings(["--loops", "1"], variable, file: "loops: 3").loops == 1)
        #expect(try settings([], variable, file: "loops: 3").loops == 2)
        #expect(try settings([], ["GANGLION_LOOPS": "", "HOME": "/home"], file: "loops: 3").loops == 3)
    }

    @Test("Several addresses are several options, or a list")
    func lists() throws {
        let both: [SocketAddress] = [.internet(host: "127.0.0.1", port: 1), .unix(path: "/s")]
        #expect(try settings(["--listen", "127.0.0.1:1", "--listen", "unix:/s"]).listen == both)
        #expect(try settings([], ["HOME": "/h", "GANGLION_LISTEN": "127.0.0.1:1, unix:/s"]).listen == both)
        #expect(try settings([], file: "listen: [127.0.0.1:1, 'unix:/s']").listen == both)
        #expect(try settings([], file: "listen:\n  - 127.0.0.1:1\n  - unix:/s\n").listen == both)
    }

    @Test("The environment may name the file, and a comma in a password is no list")
    func environment() throws {
        try withFile("loops: 3") { path in
            let settings = try settings([], ["GANGLION_CONFIG": path, "HOME": "/h"])
            #expect(settings.loops == 3)
        }
        let redis = try settings([], ["GANGLION_REDIS": "redis://:a,b@h:1"]).redis
        #expect(redis == .server(RedisEndpoint("redis://:a,b@h:1")!))
    }

    @Test(
        "The data is where the XDG specification says, and ~ is the home folder",
        arguments: [
            (["HOME": "/h", "XDG_STATE_HOME": "/s"], "/s/ganglion"),
            (["HOME": "/h", "XDG_STATE_HOME": "s"], "/h/.local/state/ganglion"),
            (["HOME": "/h", "GANGLION_DATA": "~/d"], "/h/d"),
        ])
    func folder(_ environment: [String: String], _ folder: String) throws {
        #expect(try settings([], environment).redis == .own(folder: folder, durability: .everysec))
    }

    @Test("An address that is not loopback is allowed when it is said that it is insecure")
    func insecure() throws {
        let addresses: [SocketAddress] = [.internet(host: "0.0.0.0", port: 1)]
        #expect(try settings(["--listen", "0.0.0.0:1", "--insecure"]).listen == addresses)
        #expect(try settings([], file: "listen: 0.0.0.0:1\ninsecure: true").listen == addresses)
        #expect(problems(["--listen", "0.0.0.0:1"], file: "insecure: false").count == 1)
    }

    // MARK: Errors

    @Test(
        "What is wrong names the option, what was given, and what is allowed",
        arguments: [
            (["--heartbeat", "5x"], "--heartbeat: '5x' is not allowed; allowed: a number and a unit, from 10ms to 1m"),
            (["--heartbeat", "2m"], "--heartbeat: '2m' is not allowed"),
            (["--retention", "59s"], "from 1m to 3650d"),
            (["--node-timeout", "900ms"], "--node-timeout: the node timeout (900ms) has to be at least twice"),
            (
                ["--heartbeat", "1s"],
                "--heartbeat: the node timeout (1500ms) has to be at least twice the heartbeat (1s)"
            ),
            (["--agent-lost-after", "6s"], "--agent-lost-after: agents are lost too soon (6s)"),
            (["--listen", "8080"], "--listen: '8080' is not allowed; allowed: host:port, [ipv6]:port or unix:/path"),
            (
                ["--listen", "0.0.0.0:1"],
                "--listen: 0.0.0.0:1 is not a loopback address, and there is no authentication"
            ),
            (["--listen", "[::]:1"], "add --insecure if"),
            (["--listen", "a:1", "--listen", "a:1", "--insecure"], "--listen: the same address is given twice"),
            (["--redis", "h:1"], "--redis: 'h:1' is not allowed; allowed: redis://"),
            (["--redis", "redis://h:1", "--data", "/d"], "--data: is for the service's own Redis, and --redis names"),
            (["--redis", "redis://h:1", "--durability", "always"], "--durability: is for the service's own Redis"),
            (["--durability", "never"], "--durability: 'never' is not allowed; allowed: everysec, always"),
            (["--data", ""], "--data: '' is not allowed; allowed: a folder"),
            (
                ["--max-body", "1TB"],
                "--max-body: '1TB' is not allowed; allowed: a whole number of bytes, KiB, MiB or GiB"
            ),
            (["--max-body", "2GiB"], "from 1KiB to 1GiB"),
            (["--loops", "0"], "--loops: '0' is not allowed; allowed: a whole number from 1 to 256"),
            (
                ["--log-level", "loud"],
                "--log-level: 'loud' is not allowed; allowed: trace, debug, info, notice, warning"
            ),
            (["--log-format", "xml"], "--log-format: 'xml' is not allowed; allowed: text, json"),
            (["--loops", "\u{1B}[1m\n"], #"--loops: '\u{1B}[1m\n' is not allowed"#),
            (["--config", "/nowhere/g.yaml"], "--config: /nowhere/g.yaml cannot be read: No such file or directory"),
            (["--config", "/tmp"], "--config: /tmp cannot be read: Is a directory"),
        ])
    func wrongOption(_ options: [String], _ told: String) {
        let problems = problems(options)
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains(told) == true, "\(problems)")
    }

    @Test("A wrong variable is named, and the password of a wrong URL is not shown")
    func wrongVariable() {
        let problems = problems([], ["HOME": "/h", "GANGLION_REDIS": "redis:/me:secret@h", "GANGLION_LOOPS": "many"])
        #expect(problems.count == 2)
        #expect(problems.contains { $0.hasPrefix("GANGLION_REDIS: '…@h' is not allowed") })
        #expect(problems.contains { $0.hasPrefix("GANGLION_LOOPS: 'many' is not allowed") })
        #expect(!problems.joined().contains("secret"))
    }

    @Test("Without a home for the data, a folder or a Redis has to be named")
    func homeless() {
        #expect(problems([], [:]).first?.hasPrefix("--data: neither HOME nor XDG_STATE_HOME is set") == true)
        #expect(problems(["--data", "/d"], [:]) == [])
    }

    @Test(
        "What is wrong in the file is told with its line",
        arguments: [
            ("# a\nloops: x", ":2: loops: 'x' is not allowed; allowed: a whole number"),
            ("lops: 1", ":1: lops: is no setting; did you mean 'loops'?"),
            ("\n\nentirely: 1", ":3: entirely: is no setting; there are listen, insecure, redis"),
            ("config: other.yaml", ":1: config: is no setting"),
            ("loops: [1]", ":1: loops: has to be one value"), ("loops:\n  a: 1", ":1: loops: has to be one value"),
            ("loops:", ":1: loops: has to be one value"), ("redis: ~", ":1: redis: has to be one value"),
            ("listen: {a: 1}", ":1: listen: has to be a text or a list of texts"),
            ("listen: []", ":1: listen: has to be a text or a list of texts"),
            ("listen: [[a]]", ":1: listen: has to be a text or a list of texts"),
            ("- loops", ":1: has to be settings by name"), ("loops", ":1: has to be settings by name"),
            ("insecure: yes", ":1: insecure: 'yes' is not allowed; allowed: true or false"),
            ("loops: 1\nloops: 2", "neither YAML nor JSON"), ("loops: 'a", "neither YAML nor JSON"),
            (#"{"loops": 1,, }"#, "neither YAML nor JSON"),
        ])
    func wrongFile(_ text: String, _ told: String) {
        let problems = problems([], file: text)
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains(told) == true, "\(problems)")
    }

    @Test("A file without settings is in order, and all that is wrong is told at once")
    func files() throws {
        #expect(try settings([], file: "").loops == settings([]).loops)
        #expect(try settings([], file: "# nothing\n").loops == settings([]).loops)
        #expect(problems(["--loops", "0"], ["GANGLION_HEARTBEAT": "x", "HOME": "/"], file: "redis: x").count == 3)
        #expect(problems([], file: "a: 1\nloops: x\nb: 1").count == 2)
        let two = SettingsError(problems: [.init(origin: "a", text: "x"), .init(origin: "b", text: "y")])
        #expect("\(two)" == "these settings are wrong:\n  a: x\n  b: y")
    }
}

extension ServeSettingsTests {
    fileprivate func settings(
        _ options: [String], _ environment: [String: String] = ["HOME": "/home"], file: String? = nil
    ) throws -> ServeSettings {
        guard let file else { return try read(options, environment) }
        var settings: ServeSettings?
        try withFile(file) { path in settings = try read(options + ["--config", path], environment) }
        return try #require(settings)
    }

    private func read(_ options: [String], _ environment: [String: String]) throws -> ServeSettings {
        let given = try ServeOptions.parse(options).given
        let sources = try SettingSources(
            commandLine: given, environment: EnvironmentVariablesProvider(environmentVariables: environment))
        return try ServeSettings.read(from: sources)
    }

    fileprivate func problems(
        _ options: [String], _ environment: [String: String] = ["HOME": "/home"], file: String? = nil
    ) -> [String] {
        do {
            _ = try settings(options, environment, file: file)
            return []
        } catch let error as SettingsError {
            return error.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    fileprivate func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).yaml").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }
}
