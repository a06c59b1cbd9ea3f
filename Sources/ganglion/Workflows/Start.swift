import ArgumentParser
import GanglionClient
import JSON

/// `ganglion start`: begins a workflow.
struct Start: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start a workflow from a plan.",
        discussion: """
            The plan is a JSON file with 'name' and 'steps', as openapi.yaml has it; - reads it from standard input. \
            What is wrong with it is shown with the line that has to be changed.

                ganglion start plan.json -i document=@lease.txt -i pages:=12 --watch
                ganglion start plan.json --input order.json --label customer=acme --wait
                ganglion start plan.json --check
                id=$(ganglion start plan.json --quiet)

            -i key=text gives a text, -i key:=JSON anything else, -i key=@file what is in a file. With --watch or \
            --wait the status is 0 if the workflow is completed, and 5 if it failed or was cancelled; 4 if the plan \
            is not accepted.
            """)

    @Argument(help: "The plan: a JSON file, or - for standard input.", completion: .file(extensions: ["json"]))
    var plan: String

    @Option(
        name: [.customShort("i")],
        help: ArgumentHelp("A member of the input; may be given several times.", valueName: "key=value"))
    var member: [String] = []

    @Option(
        help: ArgumentHelp("A JSON file that is the input, before -i adds to it.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var input: String?

    @Option(help: ArgumentHelp("A label, beside the plan's; may be given several times.", valueName: "key=value"))
    var label: [String] = []

    @Option(
        help: ArgumentHelp("The same key with the same plan and input starts nothing again.", valueName: "text"))
    var key: String?

    @Flag(help: "Watch it to its end.")
    var watch = false

    @Flag(help: "Wait for its end, and print its output.")
    var wait = false

    @Flag(help: "Check the plan, and start nothing.")
    var check = false

    @Flag(name: [.short, .long], help: "Print the id, and nothing else.")
    var quiet = false

    @OptionGroup(title: "Service") var service: ServiceOptions

    func validate() throws {
        if [watch, wait, check, quiet].count(where: \.self) > 1 {
            throw ValidationError("only one of --watch, --wait, --check and --quiet")
        }
    }

    func run(_ session: ServiceSession) async throws {
        var file = try PlanFile(path: plan)
        if let input { file = file.with(input: try InputValue.json("@\(input)", of: "--input")) }
        let members = try member.map { try InputValue($0) }.map { ($0.name, $0.value) }
        let labels = try InputValue.labels(label).sorted { $0.key < $1.key }.map {
            ($0.key, JSONDocument.string($0.value))
        }
        let document = try file.with(input: members, labels: labels)
        do {
            if check { return try await check(document, file, session) }
            let started = try await session.client.post(
                ["v1", "workflows"], GanglionClient.Query(), document,
                idempotencyKey: key ?? GanglionClient.newKey())
            return try await goOn(with: started, session)
        } catch let error as GanglionError {
            guard let problem = error.problem, problem.type == "/problems/invalid-request" else { throw error }
            throw file.rejection(problem)
        }
    }

    private func check(
        _ document: JSONDocument, _ file: PlanFile, _ session: ServiceSession
    ) async throws {
        let checked = try await session.client.post(["v1", "plans", "check"], GanglionClient.Query(), document)
        session.print(checked) {
            let types = checked["task_types"].elements.compactMap(\.string).joined(separator: ", ")
            return [StyledText("\(file.path) is in order: \(checked["steps"].integer ?? 0) steps, for \(types)", .good)]
        }
    }
}

extension Start {
    /// With what was asked for: the id, the workflow, or what becomes of it.
    private func goOn(with started: JSONDocument, _ session: ServiceSession) async throws {
        let workflow = try WorkflowStatus(started)
        if quiet { return session.terminal.print(workflow.id) }
        if watch { return try await WatchRun(session, workflow.id).run() }
        guard wait else {
            return session.print(started) {
                [
                    StyledText("started ") + StyledText(workflow.id, .bold),
                    StyledText("ganglion watch \(workflow.id)", .dim),
                ]
            }
        }
        var ended = workflow
        var document = started
        while !ended.status.isEnd {
            let query = GanglionClient.Query().with(wait: .seconds(30))
            document = try await session.follower.read(["v1", "workflows", workflow.id], query, wait: .seconds(30))
            ended = try WorkflowStatus(document)
        }
        session.print(document) { [StyledText(ended.output.text)] }
        guard ended.status != .completed else { return }
        let failure = ended.failure.map { ": \($0)" } ?? ""
        throw CommandError(.notCompleted, "\(ended.id) is \(ended.status.rawValue)\(failure)".printable)
    }
}
