package import Sockets

/// What is known of all nodes.
extension Node {
    package func nodes(_ page: PageRequest, on loop: EventLoop) async throws(CoordinationError) -> Page<
        RegisteredNode
    > {
        try await ask(loop) { store throws(StoreError) in try await store.nodes(page) }
    }
}
