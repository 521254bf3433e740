import torch
from triton.backends.compiler import GPUTarget
from triton.backends.driver import DriverBase


class Processor(DriverBase):
    @classmethod
    def is_active(cls):
        return True

    def get_current_target(self):
        return GPUTarget("cpu", "interpreted", 1)

    def get_active_torch_device(self):
        return torch.device("cpu")

    def get_device_interface(self):
        return torch.cpu

    def get_benchmarker(self):
        # Drivers are looked for while Triton itself is still being imported.
        from triton.testing import do_bench

        return do_bench

    def map_python_to_cpp_type(self, name):
        return name

    def get_current_device(self):
        return 0

    def set_current_device(self, device):
        pass

    def get_current_stream(self, device=0):
        return 0
