"""The reference: SmolLM2-135M-Instruct in transformers, float32, from the published Q4_1 file."""

import copy
import hashlib
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

PUBLISHED_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
ATTENTION = "eager"


@dataclass(frozen=True)
class Reference:
    """The model with its tokenizer, and the tokenizer as transformers converts it from the file."""

    model: LlamaForCausalLM
    tokenizer: transformers.PreTrainedTokenizerFast
    converted_tokenizer: transformers.PreTrainedTokenizerFast

    def log_probabilities(self, context: list[int], target: list[int]) -> list[float]:
        """Natural-log probability of each target token, from one pass over context and target."""
        ids = torch.tensor([context + target])
        with torch.inference_mode():
            logits = self.model(ids).logits[0, len(context) - 1 : -1]
        # The sum over the vocabulary is taken in double precision, as the engine does.
        log_probabilities = logits.double().log_softmax(-1)
        chosen = log_probabilities.gather(1, torch.tensor(target).unsqueeze(1))
        return [round(value, 6) for value in chosen.squeeze(1).tolist()]


def load(gguf: Path) -> Reference:
    """Dequantises the file to float32. Refuses any file but the published one."""
    digest = hashlib.sha256(gguf.read_bytes()).hexdigest()
    if digest != PUBLISHED_SHA256:
        raise SystemExit(f"{gguf} has sha256 {digest}, the published file has {PUBLISHED_SHA256}")
    folder, name = str(gguf.parent), gguf.name
    converted = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    return Reference(_model(folder, name), _with_single_digits(converted), converted)


def environment() -> dict[str, str]:
    """What the numbers depend on; stored in every file."""
    return {
        "model": "SmolLM2-135M-Instruct.Q4_1.gguf, dequantised",
        "sha256": PUBLISHED_SHA256,
        "transformers": transformers.__version__,
        "torch": torch.__version__,
        "precision": "float32",
        "attention": ATTENTION,
        "batch": "one request at a time",
    }


def _model(folder: str, name: str) -> LlamaForCausalLM:
    model = AutoModelForCausalLM.from_pretrained(
        folder, gguf_file=name, dtype=torch.float32, attn_implementation=ATTENTION
    )
    if {parameter.dtype for parameter in model.parameters()} != {torch.float32}:
        raise SystemExit("transformers did not dequantise every tensor to float32")
    if model.config._attn_implementation != ATTENTION:
        raise SystemExit(f"transformers chose {model.config._attn_implementation} attention")
    return model.eval()


def _with_single_digits(
    converted: transformers.PreTrainedTokenizerFast,
) -> transformers.PreTrainedTokenizerFast:
    tokenizer = copy.deepcopy(converted)
    # The conversion ignores `tokenizer.ggml.pre = smollm`: this model's own tokenizer cuts numbers
    # into single digits before anything else.
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    return tokenizer
