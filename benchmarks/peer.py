"""The contestant that is LangGraph with its SqliteSaver: six steps that do nothing, state saved after each.

`durability="sync"`: a step's state is saved before the next step starts, which is what the factory promises too.
"""

import sqlite3
import sys
from pathlib import Path
from typing import TypedDict

from contestant import serve
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict):
    """All that it keeps of a run."""

    steps: int


def step(state: State) -> State:
    """Do nothing."""
    return {"steps": state["steps"] + 1}


class Graph:
    """Six nodes in a row."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(database, check_same_thread=False)
        graph = StateGraph(State)
        names = [f"step{number}" for number in range(6)]
        for name in names:
            graph.add_node(name, step)
        for before, after in zip([START, *names], [*names, END], strict=True):
            graph.add_edge(before, after)
        saver = SqliteSaver(self._connection)
        saver.setup()
        assert self._connection.execute("PRAGMA synchronous").fetchone() == (2,)
        self._graph = graph.compile(checkpointer=saver)

    def run(self, name: str) -> None:
        """Invoke on a new thread of the graph."""
        config = {"configurable": {"thread_id": name}}
        assert self._graph.invoke({"steps": 0}, config, durability="sync")["steps"] == 6

    def queue(self, names: list[str]) -> None:
        """One after the other."""
        for name in names:
            self.run(name)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


if __name__ == "__main__":
    serve(Graph(Path(sys.argv[1])), Path(sys.argv[1]))
