import Contract
package import Coordination
package import HTTP
import HTTPTypes
import Logging

/// Ganglion's HTTP API: the operations of openapi.yaml over a node.
package struct API: Sendable {
    let node: Node
    let webhooks: WebhookStore?
    let notifier: Notifier?
    let metrics: PrometheusRegistry

    static let operations: [any Operation.Type] = [
        StartWorkflow.self, ListWorkflows.self, GetWorkflow.self, GetWorkflowHistory.self, WatchWorkflow.self,
        ExplainWorkflow.self, CancelWorkflow.self, RetryWorkflow.self, AddSteps.self, CompleteWorkflow.self,
        FailWorkflow.self, GetPlan.self, GetStep.self, CheckPlan.self,
        RegisterAgent.self, ListAgents.self, GetAgent.self, DeregisterAgent.self, HeartbeatAgent.self,
        PauseAgent.self, ResumeAgent.self, DrainAgent.self,
        TakeTasks.self, CompleteTask.self, FailTask.self, EscalateTask.self, ReportTaskProgress.self, GuideTask.self,
        ListEscalations.self, GetEscalation.self, ClaimEscalation.self, ReleaseEscalation.self, ReassignEscalation.self,
        CommentEscalation.self, ResolveEscalation.self, ResolveEscalations.self,
        ListWebhooks.self, GetWebhook.self, ConfigureWebhook.self, RemoveWebhook.self, TestWebhook.self,
        ListFailedDeliveries.self, RedeliverWebhook.self,
        ListTaskTypes.self, GetTaskType.self, ConfigureTaskType.self, ResetTaskType.self,
        WatchEvents.self, CallModelContext.self, GetOverview.self, ListNodes.self, GetHealth.self, GetReadiness.self,
        GetMetrics.self,
        GetContract.self,
    ]

    /// What is served to people and not to programs: openapi.yaml does not have it.
    static let pages: [any Operation.Type] = [GetDashboard.self, GetDashboardFile.self]

    package static let version = Contract.version

    package init(
        node: Node, webhooks: WebhookStore? = nil, notifier: Notifier? = nil, metrics: PrometheusRegistry
    ) {
        self.node = node
        self.webhooks = webhooks
        self.notifier = notifier
        self.metrics = metrics
    }

    /// Finds the operation for a request, and turns whatever goes wrong into a problem document.
    package var router: Router {
        var router = Router { unmatched, request in
            if case .options = unmatched { return Response(status: .noContent) }
            return ProblemDocument(unmatched, request).response(at: request.path)
        }
        for operation in Self.operations + Self.pages {
            let figures = OperationMetrics(operation.id)
            router.on(operation.method, operation.path) { request in
                let start = ContinuousClock.now
                let response = await self.respond(to: request, with: operation)
                figures.answered(response.status, after: .now - start)
                return response
            }
        }
        return router
    }

    private func respond(to request: Request, with operation: any Operation.Type) async -> Response {
        do throws(ProblemDocument) {
            return try await operation.respond(to: request, of: self)
        } catch {
            log(error, of: request)
            return error.response(at: request.path)
        }
    }

    /// Logs what is nobody's business but the operator's.
    func log(_ problem: ProblemDocument, of request: Request) {
        guard let cause = problem.cause else { return }
        node.logger.error(
            "what is stored cannot be read", metadata: ["path": "\(request.path)", "reason": "\(cause)"])
    }

    /// The answers to what is wrong with a request as HTTP.
    package static func response(to problem: Problem) -> Response {
        let path = problem.target.map { String($0.prefix { $0 != "?" }) }
        return ProblemDocument(problem).response(at: path ?? "")
    }
}
