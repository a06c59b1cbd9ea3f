import GanglionClient
import Glibc

/// The service's clock as it is seen from here.
enum ServiceClock {
    /// This machine's clock.
    static func local() -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(millisecondsSince1970: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// What the service's clock is ahead, to about half of a request's time.
    static func offset(of client: GanglionClient) async throws -> Duration {
        let before = local()
        let overview = try await client.read(["v1", "overview"])
        let after = local()
        guard let at = overview["at"].string.flatMap({ Timestamp($0) }) else { return .zero }
        return (at - before) - (after - before) / 2
    }

    static func now(offset: Duration) -> Timestamp {
        let (seconds, attoseconds) = offset.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        return Timestamp(millisecondsSince1970: local().millisecondsSince1970 + milliseconds)
    }
}
