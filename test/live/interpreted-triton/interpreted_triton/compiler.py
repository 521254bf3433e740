from triton.backends.compiler import BaseBackend

NOTHING_TO_COMPILE = "kernels are interpreted here: set TRITON_INTERPRET=1"


class InterpretedBackend(BaseBackend):
    @staticmethod
    def supports_target(target):
        return target.backend == "cpu"

    def hash(self):
        return "interpreted"

    def load_dialects(self, context):
        pass

    def get_module_map(self):
        return {}

    def parse_options(self, options):
        raise NotImplementedError(NOTHING_TO_COMPILE)

    def add_stages(self, stages, options, language):
        raise NotImplementedError(NOTHING_TO_COMPILE)
