"""Runs notebooks with nbclient; prints how each ended as a line of JSON."""
import json
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

for path in sys.argv[1:]:
    nb = nbformat.read(path, as_version=4)
    try:
        NotebookClient(nb, timeout=240, startup_timeout=200, kernel_name="microlote").execute()
        how = {"ok": True}
    except CellExecutionError as e:
        how = {"ok": False, "ename": e.ename, "evalue": e.evalue}
    nbformat.validate(nb)
    how["outputs"] = [o for c in nb.cells if c.cell_type == "code" for o in c.outputs]
    print(json.dumps(how))
