import Testing

@testable import Coordination

@Suite("Memory that is given back")
struct MemoryReturnTests {
    @Test("It is given back when most of many coordinators have left, and once for each time")
    func due() {
        var memory = MemoryReturn()
        let steps = [(0, false), (60_000, false), (31_000, false), (30_000, true), (30_000, false), (20_000, false)]
        let all = steps + [(0, true), (0, false)]
        #expect(all.map { memory.isDue(coordinators: $0.0) } == all.map(\.1))
    }

    @Test("Few are not worth it")
    func few() {
        var memory = MemoryReturn()
        #expect([9_999, 0, 9_999, 5, 0].filter { memory.isDue(coordinators: $0) }.isEmpty)
    }
}
