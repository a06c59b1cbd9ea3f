import Glibc
import Testing

@testable import ganglion

/// What processes have used.
@Suite("Usage")
struct UsageTests {
    @Test("A process's time and memory are read from behind its name, whatever that is")
    func process() throws {
        let stat = "12 (a) R (b) S 1 1 1 0 -1 4194560 900 0 0 0 150 50 7 8 20 0 3 0 100 1000000 25 18446744073709551615"
        let usage = try #require(ProcessUsage(stat: stat, ticksPerSecond: 100, pageSize: 4096))
        #expect(usage.cpu == .seconds(2))
        #expect(usage.residentBytes == 25 * 4096)
        #expect(ProcessUsage(stat: "12 (a) S 1", ticksPerSecond: 100, pageSize: 4096) == nil)
        #expect(ProcessUsage(stat: "", ticksPerSecond: 100, pageSize: 4096) == nil)
    }

    @Test("This process can be looked at, one that is not there cannot")
    func own() throws {
        let usage = try #require(ProcessUsage(of: getpid()))
        #expect(usage.residentBytes > 1 << 20)
        #expect(ProcessUsage(of: -1) == nil)
    }

    private static func info(commands: Int, scripts: Int, cpu: Double) -> String {
        """
        # CPU\r
        used_cpu_sys:0.500000\r
        used_cpu_user:\(cpu)\r
        used_cpu_sys_children:9.0\r
        # Memory\r
        used_memory:1000\r
        used_memory_rss:5000\r
        # Commandstats\r
        cmdstat_hset:calls=\(commands),usec=7,usec_per_call=1.00,rejected_calls=0,failed_calls=0\r
        cmdstat_config|get:calls=2,usec=1,usec_per_call=1.00\r
        cmdstat_evalsha:calls=\(scripts),usec=90,usec_per_call=9.00\r
        """
    }

    @Test("Redis tells its time, its memory and its commands, those of scripts among them")
    func redis() throws {
        let usage = try #require(RedisUsage(info: Self.info(commands: 10, scripts: 3, cpu: 1.5)))
        #expect(usage.cpu == .seconds(2))
        #expect(usage.usedBytes == 1000)
        #expect(usage.residentBytes == 5000)
        #expect(usage.commands == 15)
        #expect(usage.scripts == 3)
        #expect(RedisUsage(info: "") == nil)
    }

    @Test("A cost is what was used between two looks, of what could be seen at both")
    func cost() throws {
        let before = RedisUsage(info: Self.info(commands: 10, scripts: 3, cpu: 1.5))
        let after = RedisUsage(info: Self.info(commands: 25, scripts: 5, cpu: 4))
        let cost = Cost(Usage(redis: before), Usage(client: ProcessUsage(of: getpid()), redis: after))
        #expect(cost.redis == .seconds(2.5))
        #expect(cost.redisCommands == 17)
        #expect(cost.redisScripts == 2)
        #expect(cost.client == nil && cost.service == nil)
        #expect(cost.total == .seconds(2.5))
    }
}
