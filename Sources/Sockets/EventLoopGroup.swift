/// The loops of a process.
package struct EventLoopGroup: Sendable {
    package let loops: [EventLoop]

    package init(count: Int) throws(SystemError) {
        precondition(count > 0, "a group has at least one loop")
        var loops: [EventLoop] = []
        for index in 0..<count { loops.append(try EventLoop(name: "loop-\(index)")) }
        self.loops = loops
    }

    package init(_ loops: [EventLoop]) {
        precondition(!loops.isEmpty, "a group has at least one loop")
        self.loops = loops
    }

    /// The loop that everything with this number is pinned to.
    package func loop(for number: UInt64) -> EventLoop {
        loops[Int(number % UInt64(loops.count))]
    }
}
