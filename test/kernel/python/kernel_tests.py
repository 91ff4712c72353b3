"""The protocol tests of the Jupyter project, with what they need to know of this kernel."""
import unittest

import jupyter_kernel_test

jupyter_kernel_test.TIMEOUT = 120


class Warm:
    """A loaded machine may take its time to begin; what is tested is what comes then."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kc.execute_interactive("0", timeout=200)


class MicroloteTests(Warm, jupyter_kernel_test.KernelTests):
    kernel_name = "microlote"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("oops")'
    completion_samples = [
        {"text": "console.lo", "matches": {"log"}},
        {"text": "spark.readS", "matches": {"readStream"}},
    ]
    complete_code_samples = ["1", "const a = 1", "function f(): void {\n}", "await Promise.resolve(1)"]
    incomplete_code_samples = ["function f() {", "const s = `abc", "spark.range(", "/* a"]
    invalid_code_samples = ["const = 1", "let x = ) 4", 'const s = "abc']
    code_generate_error = 'throw new Error("boom")'
    code_execute_result = [{"code": "6*7", "result": "42"}, {"code": "const six = 6; six * 7", "result": "42"}]
    code_display_data = [
        {"code": 'html("<b>hi</b>")', "mime": "text/html"},
        {"code": 'markdown("*hi*")', "mime": "text/markdown"},
    ]
    code_history_pattern = "6?7*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "spark.range"
    code_clear_output = "clearOutput()"


class MicroloteWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "microlote"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
