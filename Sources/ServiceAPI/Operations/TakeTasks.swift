import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes finished tasks in, and gives new ones.
enum TakeTasks: Operation {
    static let id = "takeTasks"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/agents/{agent_id}/tasks"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let agent = try request.agentID()
        var query = try QueryReader(request)
        let wait = try query.wait() ?? .zero
        try query.finish()
        var body = try BodyReader(request)
        let wanted =
            body.fields.optional(integer: "max", in: 0...BodyReader.maximumTasks, problems: &body.problems) ?? 1
        let running = body.running()
        let acknowledged = Acknowledgement.list(&body.fields, problems: &body.problems)
        let load = body.load()
        let finished = FinishedTask.list(&body.fields, by: agent, problems: &body.problems)
        try body.finish()

        let answers = await service.handIn(finished, on: request.loop)
        for answer in answers { answer.problem.map { service.log($0, of: request) } }
        // What could not be taken in now is to be handed in again soon, whether there is something new or not.
        let isPending = answers.contains { $0.problem?.status == .serviceUnavailable }
        // Before it is told of them again.
        await service.take(note: acknowledged, of: agent)
        let take = TakeRequest(agent: agent, wanted: wanted, running: running, load: load)
        let taken = try await asking { () async throws(CoordinationError) in
            try await service.node.take(take, within: isPending ? .zero : wait, on: request.loop)
        }
        return .json { writer in
            writer.name("tasks")
            writer.array(taken.tasks) { writer, task in writer.object { task.write(to: &$0) } }
            write(zip(finished, answers), to: &writer)
            taken.writeOrders(to: &writer)
        }
    }

    private static func write(
        _ answers: Zip2Sequence<[FinishedTask], [TaskAnswer]>, to writer: inout JSONWriter
    ) {
        writer.name("accepted")
        writer.array(answers.filter { $1.problem == nil }) { $0.string($1.0.task) }
        writer.name("duplicates")
        writer.array(answers.filter { $1.isDuplicate }) { $0.string($1.0.task) }
        writer.name("refused")
        writer.beginArray()
        for (task, answer) in answers {
            guard let problem = answer.problem else { continue }
            writer.object { writer in
                writer.field("task_id", task.task)
                writer.field("attempt", task.attempt)
                problem.writeMembers(to: &writer)
                for (name, value) in problem.members where name == "accepted_attempt" {
                    writer.field(name, raw: value)
                }
            }
        }
        writer.endArray()
    }
}
