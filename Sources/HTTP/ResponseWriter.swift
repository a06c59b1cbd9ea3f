package import Sockets

/// Writes the pieces of a streamed body.
package struct ResponseWriter: Sendable {
    let connection: Connection
    let isChunked: Bool

    /// Sends a piece at the end of the loop's turn; waits while too much is outstanding. Throws when the client is
    /// gone.
    package func write(_ piece: [UInt8]) async throws(SystemError) {
        try await connection.write(piece: piece, isChunked: isChunked)
    }
}
