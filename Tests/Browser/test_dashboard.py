"""The dashboard in a real browser, on three nodes."""

from __future__ import annotations

from typing import Any

import pytest
from cluster import Cluster, call, until
from conftest import Watched
from playwright.sync_api import Browser, Page, expect

VIEWS = {
    "now": "Now", "workflows": "Workflows", "desk": "Needs you", "agents": "Agents",
    "types": "Task types", "nodes": "Nodes", "start": "New workflow",
}


def start(url: str, *steps: dict[str, Any], name: str = "review", **plan: Any) -> str:
    """The id of a workflow that was just started."""
    return call(url, "/v1/workflows", {"name": name, "steps": list(steps), **plan})["id"]


def step(name: str, task_type: str = "read", after: list[str] | None = None, **payload: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"id": name, "task_type": task_type, "payload": payload}
    return {**found, "after": after} if after else found


def reach(url: str, workflow: str, status: str) -> Any:
    """The workflow, once it has that status."""
    def found() -> Any:
        document = call(url, f"/v1/workflows/{workflow}")
        return document if document["status"] == status else None

    return until(found)


def is_wider_than_the_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [360, 1280, 2560])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_fits_the_screen_in_both_schemes(
    cluster: Cluster, browser: Browser, width: int, scheme: Any
) -> None:
    workflow = start(cluster.url, step("first"), step("second", after=["first"]), labels={"customer": "acme"})
    reach(cluster.url, workflow, "completed")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    watched = Watched(context.new_page())
    for path, title in VIEWS.items():
        watched.page.goto(f"{cluster.url}/#/{path}")
        expect(watched.page.get_by_role("heading", level=1)).to_have_text(title)
        expect(watched.page.locator("main .loading")).to_have_count(0)
        assert not is_wider_than_the_screen(watched.page), path
    for tab in ["graph", "timeline", "steps", "history", "data"]:
        watched.page.goto(f"{cluster.url}/#/workflows/{workflow}/steps/first?tab={tab}")
        expect(watched.page.get_by_role("tab", selected=True)).to_have_id(f"tab-{tab}")
        expect(watched.page.locator("main .loading")).to_have_count(0)
        assert not is_wider_than_the_screen(watched.page), tab
    context.close()
    assert watched.complaints == []


def test_the_figures_are_those_of_the_service(cluster: Cluster, page: Page) -> None:
    page.goto(f"{cluster.url}/#/now")
    expect(page.locator(".tile")).to_have_count(5)
    figures = call(cluster.url, "/v1/overview")["workflows"]
    expect(page.locator(".tile.is-completed .tile-value")).to_have_attribute("title", str(figures["completed"]))
    assert "NaN" not in page.locator("main").inner_text()
    page.goto(f"{cluster.url}/#/agents")
    expect(page.get_by_role("row", name="ada")).to_contain_text("of 4")


def test_the_pages_ask_nobody_but_the_service(cluster: Cluster, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in VIEWS:
        page.goto(f"{cluster.url}/#/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(VIEWS[path])
    assert asked and all(url.startswith(cluster.url) for url in asked)


def test_a_workflow_is_started_in_the_editor_and_seen_to_its_end(cluster: Cluster, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{cluster.url}/#/start")
    editor = page.get_by_label("The plan and its input as JSON")
    editor.fill('{"name": "typed", "steps": [{"id": "one", "task_type": "read", "after": ["two"]}]}')
    expect(page.locator("#problems")).to_contain_text("/steps/0/after/0")
    expect(page.get_by_role("button", name="Start it")).to_be_disabled()
    editor.fill('{"name": "typed", "steps": [{"id": "one", "task_type": "read", "payload": {"seconds": 0.3}}]}')
    expect(page.locator(".verdict")).to_contain_text("In order: 1 step")
    editor.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("typed")
    # Nobody reloads the page: the end comes by the stream.
    expect(page.get_by_role("heading", level=1)).to_contain_text("completed")
    # The browser itself tells its console of the plan that was refused.
    assert all("status of 422" in text for text in watched.complaints)
    watched.complaints.clear()


def test_an_exhausted_step_is_retried_with_a_mended_payload(cluster: Cluster, page: Page) -> None:
    torn = {**step("torn", fail=99, result="never"), "retry": {"max_attempts": 1}}
    workflow = start(cluster.url, torn)
    reach(cluster.url, workflow, "escalated")
    page.goto(f"{cluster.url}/#/workflows/{workflow}")
    page.get_by_role("link", name="Decide").first.click()
    payload = page.get_by_label("Payload", exact=True).locator("visible=true").first
    expect(payload).to_have_value('{"fail": 99, "result": "never"}')
    payload.fill('{"fail": 0, "result": "mended"}')
    difference = page.get_by_role("region", name="What differs from the former payload")
    expect(difference).to_contain_text('removed: {"fail": 99, "result": "never"}')
    expect(difference).to_contain_text('added: {"fail": 0, "result": "mended"}')
    page.get_by_label("Why").fill("the page was there after all")
    page.get_by_label("Your name").fill("Mary")
    page.get_by_role("form", name="Decide").get_by_role("button", name="Retry", exact=True).click()
    expect(page.locator(".toast")).to_have_text("Retry: done")
    reach(cluster.url, workflow, "completed")
    assert call(cluster.url, f"/v1/workflows/{workflow}/steps/torn")["step"]["result"] == "mended"


def test_a_question_is_answered_with_the_keyboard_alone(cluster: Cluster, page: Page) -> None:
    workflow = start(cluster.url, step("choose", "ask", ask="Which court?", options=["here", "there"]))
    document = reach(cluster.url, workflow, "escalated")
    escalation = document["steps"][0]["escalation_id"]
    page.goto(f"{cluster.url}/#/desk")
    page.get_by_role("link", name="Which court?").first.wait_for()
    page.goto(f"{cluster.url}/#/desk/{escalation}")
    expect(page.get_by_role("form", name="Decide")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="there")).to_have_attribute("aria-pressed", "true")
    # The reason has the focus now.
    page.keyboard.type("closer")
    page.keyboard.press("Tab")
    page.keyboard.type("Mary")
    page.keyboard.press("Control+Enter")
    reach(cluster.url, workflow, "completed")
    assert call(cluster.url, f"/v1/workflows/{workflow}/steps/choose")["step"]["result"]["answer"] == "there"


def test_a_workflow_is_cancelled_and_retried_by_click(cluster: Cluster, page: Page) -> None:
    workflow = start(cluster.url, step("done"), step("slow", "nobody", after=["done"]), name="long")
    until(lambda: call(cluster.url, f"/v1/workflows/{workflow}")["steps"][0]["status"] == "completed")
    page.goto(f"{cluster.url}/#/workflows/{workflow}")
    expect(page.locator(".why")).to_contain_text("slow")
    page.get_by_role("button", name="Cancel…").click()
    page.get_by_label("Why (for the history)").fill("no longer needed")
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("cancelled")
    reach(cluster.url, workflow, "cancelled")
    page.get_by_role("button", name="Retry failed steps").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 result that is there will be kept")
    page.get_by_role("dialog").get_by_role("button", name="Retry", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("running")
    reach(cluster.url, workflow, "running")
    page.get_by_role("tab", name="History").click()
    expect(page.locator(".pane")).to_contain_text("The workflow goes on where it had ended")
    expect(page.locator(".pane")).to_contain_text("no longer needed")
    call(cluster.url, f"/v1/workflows/{workflow}/cancel", {})


def test_a_plan_is_copied_as_a_command(cluster: Cluster, browser: Browser) -> None:
    workflow = start(cluster.url, step("one"), name="copied")
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{cluster.url}/#/workflows/{workflow}")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.locator(".toast")).to_contain_text("copied")
    command = page.evaluate("navigator.clipboard.readText()")
    assert command.startswith("curl -s --json '{") and command.endswith(f"{cluster.url}/v1/workflows")
    context.close()


def test_hostile_text_is_shown_and_not_obeyed(cluster: Cluster, page: Page) -> None:
    script = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    turned = "safe\u202egpj.exe"
    workflow = start(
        cluster.url, step("one", script=script, turned=turned, long="x" * 1_000_000, result={script: script}),
        name=f"{script} {turned}"[:120], labels={"customer": turned},
    )
    reach(cluster.url, workflow, "completed")
    page.goto(f"{cluster.url}/#/workflows/{workflow}/steps/one")
    payload = page.get_by_role("region", name="Payload", exact=True)
    expect(payload).to_contain_text("<script>alert(1)</script>")
    expect(payload).to_contain_text("safe\u25a1gpj.exe")
    expect(payload).to_contain_text("more")
    assert len(payload.inner_text()) < 5_000
    for path in [f"workflows/{workflow}?tab=data", f"workflows/{workflow}?tab=history", "workflows", "now"]:
        page.goto(f"{cluster.url}/#/{path}")
        expect(page.locator("main .loading")).to_have_count(0)
        assert page.locator("main script, main img").count() == 0
        assert "\u202e" not in page.locator("body").inner_text()


def test_a_node_that_is_killed_is_seen_to_be_lost_and_its_workflows_go_on(cluster: Cluster, page: Page) -> None:
    node = cluster.nodes.pop()
    workflow = start(node.url, step("slow", seconds=1), step("after", after=["slow"]), name="orphan")
    page.goto(f"{cluster.url}/#/nodes")
    expect(page.locator(".pill.is-alive")).to_have_count(3)
    node.kill()
    expect(page.locator(".pill.is-alive")).to_have_count(2, timeout=30_000)
    page.goto(f"{cluster.url}/#/workflows/{workflow}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("completed", timeout=30_000)


def test_a_page_says_that_its_node_is_gone_and_goes_on_when_it_is_back(cluster: Cluster, watched: Watched) -> None:
    node = cluster.add()
    page = watched.page
    page.goto(f"{node.url}/#/now")
    expect(page.locator(".state")).to_have_text("Live")
    node.kill()
    expect(page.locator(".banner")).to_contain_text("The service does not answer", timeout=15_000)
    back = cluster.add(listen=node.address)
    expect(page.locator(".banner")).to_be_hidden(timeout=15_000)
    expect(page.locator(".state")).to_have_text("Live")
    back.stop()
    # The browser itself tells its console of each connection that failed.
    watched.complaints[:] = [text for text in watched.complaints if "ERR_CONNECTION_REFUSED" not in text
                             and "ERR_EMPTY_RESPONSE" not in text and "ERR_CONNECTION_RESET" not in text]
