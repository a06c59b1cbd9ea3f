import Testing

/// One service for all tests of a suite, which run at the same time and so have to keep to workflows, agents and task
/// types of their own.
struct ServiceTrait: SuiteTrait, TestScoping {
    let options: ServiceOptions

    @concurrent
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withService(options) { service in
            try await RunningService.$current.withValue(service) { try await function() }
        }
    }
}

extension Trait where Self == ServiceTrait {
    static var service: Self { ServiceTrait(options: ServiceOptions()) }
    static func service(_ options: ServiceOptions) -> Self { ServiceTrait(options: options) }
}

/// The service of the suite that the test is in.
func suiteService() throws -> RunningService {
    try #require(RunningService.current, "the suite has the trait .service")
}
