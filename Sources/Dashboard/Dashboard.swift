/// The pages for people, embedded: hand-written HTML, CSS and ES modules, served as they are.
package enum Dashboard {
    /// What `/` gives.
    package static let page = DashboardFile(.html, PackageResources.index_html)

    /// What the page loads, by name.
    package static let files: [String: DashboardFile] = [
        "agents.js": DashboardFile(.script, PackageResources.agents_js),
        "api.js": DashboardFile(.script, PackageResources.api_js),
        "app.js": DashboardFile(.script, PackageResources.app_js),
        "attempts.js": DashboardFile(.script, PackageResources.attempts_js),
        "base.css": DashboardFile(.css, PackageResources.base_css),
        "charts.js": DashboardFile(.script, PackageResources.charts_js),
        "connection.js": DashboardFile(.script, PackageResources.connection_js),
        "desk.js": DashboardFile(.script, PackageResources.desk_js),
        "diff.js": DashboardFile(.script, PackageResources.diff_js),
        "dom.js": DashboardFile(.script, PackageResources.dom_js),
        "editor.js": DashboardFile(.script, PackageResources.editor_js),
        "format.js": DashboardFile(.script, PackageResources.format_js),
        "graph.js": DashboardFile(.script, PackageResources.graph_js),
        "graphview.js": DashboardFile(.script, PackageResources.graphview_js),
        "icon.svg": DashboardFile(.svg, PackageResources.icon_svg),
        "json.js": DashboardFile(.script, PackageResources.json_js),
        "jsontext.js": DashboardFile(.script, PackageResources.jsontext_js),
        "nodes.js": DashboardFile(.script, PackageResources.nodes_js),
        "now.js": DashboardFile(.script, PackageResources.now_js),
        "overview.js": DashboardFile(.script, PackageResources.overview_js),
        "parts.js": DashboardFile(.script, PackageResources.parts_js),
        "resolution.js": DashboardFile(.script, PackageResources.resolution_js),
        "rows.js": DashboardFile(.script, PackageResources.rows_js),
        "start.js": DashboardFile(.script, PackageResources.start_js),
        "status.js": DashboardFile(.script, PackageResources.status_js),
        "step.js": DashboardFile(.script, PackageResources.step_js),
        "tasktypes.js": DashboardFile(.script, PackageResources.tasktypes_js),
        "timeline.js": DashboardFile(.script, PackageResources.timeline_js),
        "views.css": DashboardFile(.css, PackageResources.views_css),
        "workflow.js": DashboardFile(.script, PackageResources.workflow_js),
        "workflowlist.js": DashboardFile(.script, PackageResources.workflowlist_js),
        "workflows.js": DashboardFile(.script, PackageResources.workflows_js),
    ]

    /// Nothing from elsewhere and nothing inline is loaded or run, whatever a payload makes a page show.
    package static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
