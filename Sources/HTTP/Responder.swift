/// Answers requests. It runs on the connection's loop and must not block it; its task is cancelled when the client has
/// gone.
package protocol Responder: Sendable {
    func respond(to request: Request) async -> Response
}
