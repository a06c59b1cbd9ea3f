import Coordination
import HTTP
import HTTPTypes
import HTTPWire
import JSON
import Sockets
import WorkflowCore

/// Sends one message to a webhook. Addresses are looked up once and connected to as they were checked, so that no name
/// can lead to another place in between; redirections are not followed.
struct WebhookSender: Sendable {
    let loop: EventLoop
    /// Whether addresses may be told that only this machine or its network reaches.
    let allowsPrivate: Bool

    static let timeout = Duration.seconds(10)
    /// Bytes of an answer; nobody reads more than the beginning.
    private static let answerLimit = 64 << 10

    enum Answer: Sendable, Equatable {
        case taken(status: Int)
        case failed(reason: String)

        var reason: String? {
            if case .failed(let reason) = self { reason } else { nil }
        }
    }

    /// `id` is the same each time that the same message is sent.
    func send(_ body: [UInt8], id: String, to webhook: Webhook, at now: Instant) async -> Answer {
        let address: SocketAddress
        switch await reachable(webhook.url) {
        case .success(let found): address = found
        case .failure(let unreachable): return .failed(reason: unreachable.reason)
        }
        var request = ClientRequest(.post, webhook.url.target, body: body, isRepeatable: false)
        request.headerFields[.contentType] = "application/json"
        request.headerFields[.userAgent] = "ganglion/\(API.version)"
        let time = now.milliseconds / 1000
        set(Signature.idField, id, &request)
        set(Signature.timeField, String(time), &request)
        if let secret = webhook.secret {
            guard let signature = Signature.sign(body, id: id, time: time, secret: secret) else {
                return .failed(reason: "the message could not be signed")
            }
            set(Signature.field, signature, &request)
        }
        var options = HTTPClient.Options()
        options.maximumConnections = 1
        options.limits.body = Self.answerLimit
        let client = HTTPClient(address, host: webhook.url.authority, on: loop, options: options)
        let answer = await exchange(request, client)
        await client.close()
        return answer
    }

    private func exchange(_ request: ClientRequest, _ client: HTTPClient) async -> Answer {
        do throws(ClientError) {
            let status = try await client.send(request, timeout: Self.timeout).status
            return status.kind == .successful
                ? .taken(status: status.code) : .failed(reason: "the receiver answered \(status.code)")
        } catch {
            return .failed(reason: "\(error)")
        }
    }

    private func set(_ name: String, _ value: String, _ request: inout ClientRequest) {
        if let name = HTTPField.Name(name) { request.headerFields[name] = value }
    }

    private struct Unreachable: Error {
        let reason: String
    }

    private func reachable(_ url: WebhookURL) async -> Result<SocketAddress, Unreachable> {
        let found: [SocketAddress]
        do throws(SystemError) {
            found = try await SocketAddress.internet(host: url.host, port: url.port).resolved()
        } catch {
            return .failure(Unreachable(reason: "\(url.host) cannot be found: \(error)"))
        }
        // One that is private among others is as good a way in as if it were alone.
        if let refused = found.first(where: { !$0.isPublic }), !allowsPrivate {
            let reason = "\(refused) is not a public address; the service has to be started with --private-webhooks"
            return .failure(Unreachable(reason: reason))
        }
        guard let address = found.first else { return .failure(Unreachable(reason: "\(url.host) has no address")) }
        return .success(address)
    }
}
