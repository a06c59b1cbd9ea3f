// swift-tools-version: 6.2
import PackageDescription

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let yaml = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "ganglion",
    products: [
        .executable(name: "ganglion", targets: ["ganglion"]),
        .library(name: "GanglionClient", targets: ["GanglionClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The layers, top to bottom: a target imports only what stands below it (docs/architecture.md).
        .executableTarget(
            name: "ganglion",
            dependencies: [
                "ServiceAPI", "GanglionClient", "DocumentAgents", "Coordination", "WorkflowCore", "HTTP", "HTTPWire",
                "RedisStreams", "Sockets", "JSON", arguments, configuration, histogram, lifecycle, log, metrics,
                signals, yaml,
            ]),
        .target(
            name: "ServiceAPI",
            dependencies: [
                "Contract", "Dashboard", "Coordination", "WorkflowCore", "HTTP", "HTTPWire", "Sockets", "JSON",
                "CCrypto",
                httpTypes, lifecycle, log, metrics,
            ],
            resources: [.embedInCode("ModelContext/tools.json")]),
        .target(
            name: "GanglionClient",
            dependencies: ["HTTP", "HTTPWire", "Sockets", "JSON", httpTypes, lifecycle, log]),
        .target(name: "DocumentAgents", dependencies: ["JSON"]),
        .target(name: "Contract", resources: [.embedInCode("openapi.yaml")]),
        .target(name: "Dashboard", resources: [.embedInCode("Files")]),
        .target(
            name: "Coordination",
            dependencies: [
                "WorkflowCore", "RedisStreams", "Sockets", "JSON", "ASCII", collections, lifecycle, log, metrics,
            ],
            resources: [.embedInCode("Scripts")]),
        .target(name: "WorkflowCore", dependencies: ["JMESPath", "JSON", "ASCII", collections]),
        .target(name: "JMESPath", dependencies: ["JSON", collections]),
        .target(name: "JSON", dependencies: ["ASCII", collections]),
        .target(name: "RedisStreams", dependencies: ["Sockets", "ASCII", "CHiredis", collections, log]),
        .target(name: "HTTP", dependencies: ["HTTPWire", "Sockets", collections, httpTypes, lifecycle, log]),
        .target(name: "HTTPWire", dependencies: [httpTypes]),
        .target(name: "Sockets", dependencies: ["CLinux", collections]),
        .target(name: "ASCII"),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),

        .target(
            name: "TestKit",
            dependencies: ["Sockets", "RedisStreams", "JSON", log],
            path: "Tests/TestKit"),
        .testTarget(name: "ASCIITests", dependencies: ["ASCII"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestKit"]),
        .testTarget(name: "JMESPathTests", dependencies: ["JMESPath", "JSON"]),
        .testTarget(name: "HTTPWireTests", dependencies: ["HTTPWire", "TestKit", httpTypes]),
        .testTarget(
            name: "HTTPTests", dependencies: ["HTTP", "HTTPWire", "Sockets", "TestKit", httpTypes, lifecycle, log]),
        .testTarget(name: "SocketsTests", dependencies: ["Sockets", "TestKit", log]),
        .testTarget(name: "RedisStreamsTests", dependencies: ["RedisStreams", "Sockets", "TestKit", log]),
        .testTarget(name: "WorkflowCoreTests", dependencies: ["WorkflowCore", "JMESPath", "JSON", "TestKit"]),
        .testTarget(
            name: "CoordinationTests",
            dependencies: ["Coordination", "WorkflowCore", "RedisStreams", "Sockets", "JSON", "TestKit", log]),
        .testTarget(name: "DocumentAgentsTests", dependencies: ["DocumentAgents", "JSON"]),
        .testTarget(
            name: "ServiceAPITests",
            dependencies: [
                "RedisStreams", "HTTPWire", "Sockets", collections, lifecycle,
                "ServiceAPI", "Contract", "Dashboard", "Coordination", "WorkflowCore", "HTTP", "JSON", "TestKit", yaml,
                httpTypes, metrics, log,
            ]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "ganglion", "GanglionClient", "WorkflowCore", "RedisStreams", "Sockets", "JSON", "TestKit", arguments,
                configuration,
                log,
            ]),
        .testTarget(
            name: "GanglionClientTests",
            dependencies: ["GanglionClient", "HTTP", "Sockets", "JSON", "TestKit", httpTypes, lifecycle, log]),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["GanglionClient", "RedisStreams", "HTTP", "Sockets", "JSON", "TestKit", httpTypes, log]),
        .executableTarget(
            name: "chaos",
            dependencies: [
                "GanglionClient", "RedisStreams", "HTTP", "HTTPWire", "Sockets", "JSON", "TestKit", arguments,
                httpTypes, log,
            ],
            path: "Tests/Chaos"),
        .target(
            name: "Simulation",
            dependencies: ["Coordination", "WorkflowCore", "Sockets", "JSON", "TestKit", log],
            path: "Tests/Simulation", exclude: ["Mutations"]),
        .executableTarget(name: "simulate", dependencies: ["Simulation", arguments], path: "Tests/simulate"),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation", "simulate", "TestKit"]),
        .executableTarget(
            name: "http-server",
            dependencies: ["HTTP", "HTTPWire", "Sockets", arguments, httpTypes, lifecycle, log, signals],
            path: "Benchmarks/HTTPServer"),
        .testTarget(name: "TidyTests"),
    ]
)

// The settings of the house, once for every target of ours.
for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .swiftLanguageMode(.v6),
            .treatAllWarnings(as: .error),
            .strictMemorySafety(),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("ImmutableWeakCaptures"),
            .enableUpcomingFeature("InferIsolatedConformances"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        ]
}
