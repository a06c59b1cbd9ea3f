import Coordination
import TestKit
import Testing
import WorkflowCore

@Suite("Sources of chance")
struct RandomSourceTests {
    @Test("A generator of the caller's gives the same again, and the system's does not")
    func sources() {
        func tokens(_ source: RandomSource) -> [String] { (0..<4).map { _ in source.token().description } }
        let seeded = tokens(RandomSource(SeededGenerator(seed: 7)))
        #expect(seeded == tokens(RandomSource(SeededGenerator(seed: 7))))
        #expect(Set(seeded).count == 4)
        #expect(tokens(.system) != tokens(.system))
    }
}
