"""LangGraph: graphs as agents, nodes that the shared pool does, and graphs that coordinate workflows of their own.

Needs `pip install 'ganglion[langgraph]'`.
"""

from .durable import DurableGraph
from .graph_task import GraphTask
from .pool_node import pool_node
from .saver import WorkflowSaver

__all__ = ["DurableGraph", "GraphTask", "WorkflowSaver", "pool_node"]
