"""How a watch is spread over workers: not at all."""

from typing import Any

from xdist.scheduler import LoadGroupScheduling

from gonogo.plugin.territory import stage_folder


class OneWatch(LoadGroupScheduling):  # type: ignore[misc]  # it has no types
    """Gives all triggers to one worker, and every other item to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return "watch" if stage_folder(nodeid) == "watch" else str(super()._split_scope(nodeid))

    def remove_node(self, node: Any) -> str | None:
        """Give what a crashed worker still had to do to another, without what it crashed on."""
        for unit in self.assigned_work[node].values():
            for nodeid, done in unit.items():
                if not done:
                    unit[nodeid] = True
                    super().remove_node(node)
                    return str(nodeid)
        super().remove_node(node)
        return None
