"""A processor as a backend of Triton, for vLLM's second model runner without a GPU.

vLLM asks Triton for a backend named "cpu". With TRITON_INTERPRET=1 Triton runs its kernels in
NumPy, slowly and exactly, and compiles nothing.
"""
