"""Holds notebooks against the schema of their format; prints the format of each."""
import sys

import nbformat

for path in sys.argv[1:]:
    nb = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(nb)
    print(f"{nb.nbformat}.{nb.nbformat_minor}")
