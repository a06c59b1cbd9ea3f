package import HTTPWire

/// How long a server waits, and how much it takes.
package struct ServerOptions: Sendable {
    package var limits = MessageLimits()
    /// From a request's first byte to the end of its head.
    package var headTimeout = Duration.seconds(10)
    /// Between two pieces of a body.
    package var bodyTimeout = Duration.seconds(30)
    /// Without any request.
    package var idleTimeout = Duration.seconds(75)
    /// While the client takes nothing of an answer that is too large for the socket's buffer.
    package var writeTimeout = Duration.seconds(30)
    /// For the client to close its side after the last answer.
    package var lingerTimeout = Duration.seconds(2)
    /// For requests in progress when the server shuts down.
    package var gracePeriod = Duration.seconds(20)
    /// More connections than this, on all loops together, are answered 503 and closed.
    package var maximumConnections = 50_000

    package init() {}

    /// How often waits are looked at; a timeout is late by two of these at most.
    var tick: Duration {
        let shortest = [headTimeout, bodyTimeout, idleTimeout, writeTimeout, lingerTimeout].min() ?? .seconds(1)
        return min(max(shortest / 4, .milliseconds(5)), .seconds(1))
    }
}
