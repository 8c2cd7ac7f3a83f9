"""Starting a workflow, such as the monitoring of what was just deployed."""

import hashlib
import json
from urllib.parse import quote

from gonogo.core.outcome import Decision, Stage
from gonogo.reporting.github.port import Api, Call, Unable
from gonogo.reporting.record import write_atomically

NOTE = "dispatched.json"


async def tell(api: Api, call: Call) -> str:
    """Start it once for a record; GitHub itself would start it as often as it is asked."""
    told = call.told
    if told.stage == Stage.PREDEPLOY or told.decision == Decision.BLOCK:
        return f"nothing new serves after {told.decision}: {call.workflow} was not started"
    ref = call.ref or call.job.default_branch
    if ref is None:
        raise Unable("which branch or tag? give --ref")
    body = {"ref": ref, "inputs": {**call.inputs}}
    text = json.dumps([call.workflow, body], sort_keys=True)  # an input may be nobody's business
    asked = {"run_id": told.run_id, "asked": hashlib.sha256(text.encode()).hexdigest()}
    note = told.folder / NOTE
    try:
        if json.loads(note.read_text(encoding="utf-8")) == asked:
            return f"{call.workflow} was started already for this record"
    except (OSError, ValueError, RecursionError):
        pass
    path = f"{call.base}/actions/workflows/{quote(call.workflow, safe='')}/dispatches"
    await api.post(path, body)
    try:
        write_atomically(note, json.dumps(asked) + "\n")
    except OSError as error:
        return f"{call.workflow} started at {ref}; that could not be noted: {error.strerror}"
    return f"{call.workflow} started at {ref}"
