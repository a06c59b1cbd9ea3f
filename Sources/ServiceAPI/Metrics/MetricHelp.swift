/// What the figures of a node mean, by their names.
package enum MetricHelp {
    package static let known = [
        "ganglion_workflows_started_total": "Workflows that were started on this node.",
        "ganglion_workflows_resumed_total": "Workflows whose coordinator was made from its checkpoint on this node.",
        "ganglion_workflows_ended_total": "Workflows that ended on this node, by the status that they ended with.",
        "ganglion_workflow_seconds":
            "How long workflows took that were completed on this node, from their start to their end.",
        "ganglion_tasks_queued_total": "Attempts that were put on the queues of their task types.",
        "ganglion_tasks_taken_total": "Tasks that were given to agents.",
        "ganglion_steps_completed_total": "Steps that were completed.",
        "ganglion_attempts_failed_total": "Attempts that failed, timed out, or were lost with their agent.",
        "ganglion_answers_refused_total":
            "Answers of agents that did not count: late, repeated, or for another attempt.",
        "ganglion_escalations_opened_total": "Escalations that were opened.",
        "ganglion_escalations_resolved_total": "Escalations that were closed.",
        "ganglion_agents_lost_total": "Agents that this node found to be gone.",
        "ganglion_commits_total": "Commits to Redis.",
        "ganglion_commits_fenced_total": "Commits that were refused because another node owns the workflow.",
        "ganglion_commit_seconds": "How long a commit took, from its sending to Redis's answer.",
        "ganglion_node_incarnations_total":
            "How often this process went on as another node, because others had taken it for dead.",
        "ganglion_takeovers_total": "Workflows that this node took over from nodes that were gone.",
        "ganglion_takeover_seconds":
            "How long workflows had no coordinator, from the last sign of life of the node that was gone until each is "
            + "coordinated by this one.",
        "ganglion_http_requests_total": "Requests that were answered, by operation and kind of status.",
        "ganglion_http_request_seconds": "How long answering took, by operation; long-polls count their waiting.",
        "ganglion_usage_total": "What agents said that accepted results cost, by unit.",
        "ganglion_workflows_quarantined_total":
            "Workflows that this node could not go on with, and that wait for a person.",
        "ganglion_coordinators_restarted_total":
            "Coordinators that ended by an error or made no progress, and whose workflow is gone on with.",
        "ganglion_coordinators": "Coordinators that are in memory now.",
        "ganglion_workflows_asleep": "Workflows of this node to which nothing happens, and that are not in memory.",
    ]
}
