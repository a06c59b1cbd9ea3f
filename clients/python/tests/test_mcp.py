"""The service's tools for models, by the Model Context Protocol's own client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamablehttp_client
from mcp.types import CallToolResult, TextContent, TextResourceContents
from pydantic import AnyUrl

from ganglion import Agent, Task

from .conftest import Running
from .service import Service

Name = Callable[[str], str]


def in_session(service: Service, use: Callable[[ClientSession], Awaitable[None]]) -> None:
    async def run() -> None:
        async with (
            streamablehttp_client(f"{service.url}/mcp") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            answer = await session.initialize()
            assert answer.serverInfo.name == "ganglion"
            await use(session)

    asyncio.run(run())


async def call(session: ClientSession, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await session.call_tool(tool, arguments)
    assert not result.isError, result
    assert result.structuredContent is not None
    assert json.loads(text(result)) == result.structuredContent
    return result.structuredContent


def text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def read(session: ClientSession, uri: str) -> Any:
    (content,) = (await session.read_resource(AnyUrl(uri))).contents
    assert isinstance(content, TextResourceContents)
    return json.loads(content.text)


def test_every_tool_is_called_and_a_question_is_answered(service: Service, running: Running, unique: Name) -> None:
    agent = Agent("classifier")

    @agent.task(unique("classify"))
    def classify(task: Task) -> dict[str, Any]:
        return {"kind": task.ask("Which kind is it?", options=["contract", "letter"])}

    called = set()

    async def use(session: ClientSession) -> None:
        async def do(tool: str, **arguments: Any) -> dict[str, Any]:
            called.add(tool)
            return await call(session, tool, **arguments)

        await session.send_ping()
        assert any(
            agent["name"] == "classifier" and agent["capabilities"] == [unique("classify")]
            for agent in (await do("list_agents", limit=1000))["agents"]
        )
        types = (await do("list_task_types", limit=1000))["task_types"]
        assert unique("classify") in [pool["task_type"] for pool in types]
        step = {"id": "kind", "task_type": unique("classify")}
        started = await do("start_workflow", name=unique("mcp"), steps=[step], idempotency_key=unique("mcp"))
        workflow = started["id"]
        stands = started
        while stands["status"] == "running":
            stands = await do("get_workflow", workflow_id=workflow, wait="10s", revision=stands["revision"])
        assert stands["status"] == "escalated"
        (why,) = (await do("explain_workflow", workflow_id=workflow))["steps"]
        (escalation,) = (await do("list_escalations", workflow_id=workflow))["escalations"]
        assert why["escalation_id"] == escalation["id"]
        assert (await do("get_escalation", escalation_id=escalation["id"]))["options"] == ["contract", "letter"]

        answer = {"escalation_id": escalation["id"], "action": "answer", "by": "model", "reason": "was told"}
        refused = await session.call_tool("resolve_escalation", {**answer, "answer": "poem"})
        assert refused.isError
        assert "/answer: the question has to be answered with one of" in text(refused)
        await do("resolve_escalation", **answer, answer="letter")

        ended = await do("get_workflow", workflow_id=workflow, wait="20s")
        assert (ended["status"], ended["output"]) == ("completed", {"kind": {"kind": "letter"}})
        assert workflow in [found["id"] for found in (await do("list_workflows", status="completed"))["workflows"]]
        events = (await do("workflow_history", workflow_id=workflow))["events"]
        assert events[-1]["type"] == "workflow_completed"

        own = await do("start_workflow", name=unique("own"), coordinator="external")
        added = await do("add_steps", workflow_id=own["id"], steps=[{"id": "a", "result": 1}])
        assert added["steps"][0]["result"] == 1
        assert (await do("cancel_workflow", workflow_id=own["id"]))["status"] == "cancelled"
        assert called == {tool.name for tool in (await session.list_tools()).tools}

    with running(agent):
        in_session(service, use)


def test_workflows_are_resources(service: Service, unique: Name) -> None:
    async def use(session: ClientSession) -> None:
        started = await call(session, "start_workflow", name=unique("read"), coordinator="external")
        uri = f"ganglion://workflows/{started['id']}"
        assert uri in [str(resource.uri) for resource in (await session.list_resources()).resources]
        assert await read(session, uri) == started
        assert (await read(session, f"{uri}/history"))["events"][0]["type"] == "workflow_started"
        templates = (await session.list_resource_templates()).resourceTemplates
        assert "ganglion://workflows/{workflow_id}" in [template.uriTemplate for template in templates]
        with pytest.raises(McpError, match="No workflow has the id"):
            await read(session, "ganglion://workflows/wf_0_00000000000000000000000000")

    in_session(service, use)


def test_what_is_wrong_with_a_plan_is_told_to_the_model(service: Service) -> None:
    async def use(session: ClientSession) -> None:
        steps = [{"id": "a", "task_type": "t"}, {"id": "b", "task_type": "t", "after": ["c"]}]
        result = await session.call_tool("start_workflow", {"name": "wrong", "steps": steps})
        assert result.isError
        assert "/steps/1/after/0: no step is called 'c'" in text(result)
        assert result.structuredContent is not None
        assert result.structuredContent["errors"][0]["pointer"] == "/steps/1/after/0"

    in_session(service, use)
