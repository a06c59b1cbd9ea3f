/// What operators ask of task types, and set for them.
extension GanglionClient {
    /// A page of the task types, by their names.
    public func taskTypes(limit: Int? = nil, cursor: String? = nil) async throws(GanglionError) -> Page<TaskType> {
        let call = Call.get(Target("/v1/task-types").with("limit", limit).with("cursor", cursor))
        return try Page(try await fields(of: call, "the page"), "task_types", TaskType.init)
    }

    public func taskType(_ name: String) async throws(GanglionError) -> TaskType {
        try TaskType(try await fields(of: .get(Target("/v1/task-types/", name)), "the task type"))
    }

    /// Sets what holds for the tasks of a type from now on, in place of all that was set before.
    @discardableResult
    public func configure(_ taskType: String, _ settings: TaskTypeSettings) async throws(GanglionError) -> TaskType {
        let call = Call.put(Target("/v1/task-types/", taskType)) { settings.write(to: &$0) }
        return try TaskType(try await fields(of: call, "the task type"))
    }

    /// Takes back what is set for a task type.
    public func resetTaskType(_ name: String) async throws(GanglionError) {
        _ = try await answer(to: .delete(Target("/v1/task-types/", name)))
    }
}
