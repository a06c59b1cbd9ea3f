import Testing

@testable import ganglion

@Suite("Examining a Redis")
struct RedisExaminationTests {
    /// One that is as it should be.
    private static let info = [
        "redis_version": "7.0.15", "role": "master", "cluster_enabled": "0", "maxmemory": "1000", "used_memory": "100",
        "aof_enabled": "1", "aof_last_write_status": "ok", "aof_last_bgrewrite_status": "ok",
        "rdb_last_bgsave_status": "ok", "connected_slaves": "1",
        "slave0": "ip=10.0.0.2,port=6379,state=online,offset=1,lag=0", "connected_clients": "10", "maxclients": "10000",
    ]
    private static let settings = [
        "maxmemory-policy": "noeviction", "appendfsync": "always", "save": "", "busy-reply-threshold": "5000",
    ]

    private func findings(
        _ info: [String: String] = [:], _ settings: [String: String] = [:], latency: Duration = .microseconds(200),
        clockOffset: Duration = .zero
    ) -> [Finding] {
        RedisExamination(
            info: Self.info.merging(info) { $1 }, settings: Self.settings.merging(settings) { $1 }, latency: latency,
            clockOffset: clockOffset
        ).findings
    }

    @Test("Of one that is as it should be, everything is good")
    func good() {
        let findings = findings()
        #expect(findings.allSatisfy { $0.severity == .good && $0.cure == nil }, "\(findings)")
        #expect(findings.map(\.subject).contains("persistence") && findings.count >= 10)
    }

    @Test(
        "What is wrong is found, with how bad it is",
        arguments: [
            (["redis_version": "7.0.4"], [:], "version", .error), (["redis_version": "6.2.14"], [:], "version", .error),
            (["redis_version": "7.2.0"], [:], "version", .good), (["role": "slave"], [:], "role", .error),
            (["cluster_enabled": "1"], [:], "role", .note),
            ([:], ["maxmemory-policy": "allkeys-lru"], "eviction", .error),
            (["maxmemory": "0"], ["maxmemory-policy": "volatile-ttl"], "eviction", .warning),
            (["used_memory": "850"], [:], "memory", .warning), (["used_memory": "960"], [:], "memory", .error),
            (["maxmemory": "0", "total_system_memory": "120"], [:], "memory", .warning),
            (["aof_enabled": "0"], ["save": "3600 1"], "persistence", .error),
            (["aof_enabled": "0"], [:], "persistence", .error), ([:], ["appendfsync": "everysec"], "fsync", .note),
            ([:], ["appendfsync": "no"], "fsync", .error), (["aof_last_write_status": "err"], [:], "disk", .error),
            (["connected_slaves": "0"], [:], "replicas", .note),
            (["slave0": "ip=10.0.0.2,state=online,lag=40"], [:], "replicas", .warning),
            (["connected_clients": "9000"], [:], "clients", .warning),
            ([:], ["busy-reply-threshold": "50"], "scripts", .warning),
        ] as [([String: String], [String: String], String, Finding.Severity)])
    func wrong(_ info: [String: String], _ settings: [String: String], _ subject: String, _ severity: Finding.Severity)
    {
        let found = findings(info, settings).filter { $0.subject == subject }
        #expect(found.map(\.severity) == [severity], "\(found)")
        if severity > .note { #expect(found.allSatisfy { $0.cure?.isEmpty == false }) }
    }

    @Test("A Redis that is far away, and one whose clock differs, are told")
    func distance() {
        #expect(findings(latency: .milliseconds(9)).contains { $0.subject == "latency" && $0.severity == .warning })
        let late = findings(clockOffset: .seconds(-90)).filter { $0.subject == "clock" }
        #expect(late.map(\.severity) == [.warning] && late[0].detail.contains("1m30s"))
    }

    @Test("Where CONFIG is not allowed, what INFO tells is enough to go on")
    func withoutSettings() {
        let findings = RedisExamination(
            info: Self.info, settings: [:], latency: .zero, clockOffset: .zero
        ).findings
        #expect(findings.contains { $0.subject == "persistence" && $0.severity == .good })
        #expect(!findings.contains { $0.subject == "fsync" || $0.subject == "eviction" })
        #expect(RedisExamination(info: [:], settings: [:], latency: .zero, clockOffset: .zero).findings.count < 6)
    }

    @Test("INFO is read field by field")
    func reading() {
        let fields = RedisExamination.fields(of: "# Server\r\nredis_version:7.0.15\r\n\r\nslave0:ip=::1,port=1\r\n")
        #expect(fields == ["redis_version": "7.0.15", "slave0": "ip=::1,port=1"])
    }
}

extension Finding.Severity {
    fileprivate static func > (left: Self, right: Self) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) > (allCases.firstIndex(of: right) ?? 0)
    }
}
