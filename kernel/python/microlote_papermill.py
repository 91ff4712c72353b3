"""Papermill with parameters for TypeScript notebooks.

    PYTHONPATH=.../microlote-kernel/python python -m microlote_papermill in.ipynb out.ipynb -p rows 100 -p name text

takes what `papermill` takes. From Python, `import microlote_papermill` is enough: it teaches papermill how a
parameter is written in TypeScript, and `papermill.execute_notebook(..., parameters={...})` then works as ever.
"""
import json

from papermill.translators import Translator, papermill_translators


class TypeScriptTranslator(Translator):
    """Values as TypeScript: what JSON has; None is null."""

    @classmethod
    def translate(cls, val):
        return json.dumps(val, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        return f"let {name} = {str_val}"


papermill_translators.register("typescript", TypeScriptTranslator)

if __name__ == "__main__":
    from papermill.cli import papermill

    papermill()
