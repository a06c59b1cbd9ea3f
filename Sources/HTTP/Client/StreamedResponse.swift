package import HTTPTypes
import HTTPWire

/// A response whose body is read as it comes. It is good for as long as the closure that got it runs.
package struct StreamedResponse: Sendable {
    package let status: HTTPResponse.Status
    package let headerFields: HTTPFields
    private let connection: ClientConnection

    init(_ head: ResponseHead, _ connection: ClientConnection) {
        status = head.status
        headerFields = head.headerFields
        self.connection = connection
    }

    /// The next piece of the body, however the server or the network cut it; `nil` at the end.
    package func next(timeout: Duration) async throws(ClientError) -> [UInt8]? {
        await connection.startTimer(timeout)
        let piece = try await connection.nextPiece(timeout: timeout)
        await connection.stopTimer()
        return piece
    }
}
