"""From prompts and targets to token ids. Special tokens in anybody's text are text."""

import hashlib
import re
import struct
from typing import Any

Tokenizer = Any
Message = dict[str, str]

# Stand for `<` and `>` of a special token's name inside a message while the template is rendered;
# noncharacters, which no text holds.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"


def text_ids(tokenizer: Tokenizer, text: str) -> list[int]:
    """Ids of bare text, without special tokens and without recognising their names."""
    return tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True)


def render_chat(tokenizer: Tokenizer, messages: list[Message], add_generation_prompt: bool) -> str:
    """The conversation as the model's own template writes it."""
    return tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=add_generation_prompt
    )


def chat_ids(
    tokenizer: Tokenizer, messages: list[Message], add_generation_prompt: bool
) -> list[int]:
    """Ids of a conversation: the template's special tokens as such, all between them as text."""
    names = re.compile("|".join(map(re.escape, tokenizer.get_added_vocab())))
    hidden = [
        {**message, "content": names.sub(lambda found: _hide(found.group()), message["content"])}
        for message in messages
    ]
    ids: list[int] = []
    position = 0
    rendered = render_chat(tokenizer, hidden, add_generation_prompt)
    for found in names.finditer(rendered):
        ids += text_ids(tokenizer, _show(rendered[position : found.start()]))
        ids.append(tokenizer.convert_tokens_to_ids(found.group()))
        position = found.end()
    return ids + text_ids(tokenizer, _show(rendered[position:]))


def encode_request(
    tokenizer: Tokenizer, prompt: dict[str, Any], target: str, score_end: bool
) -> tuple[list[int], list[int]]:
    """Context ids and target ids, encoded apart."""
    if prompt["kind"] == "chat":
        end = [tokenizer.eos_token_id] if score_end else []
        return chat_ids(tokenizer, prompt["messages"], True), text_ids(tokenizer, target) + end
    context = prompt["text"].rstrip(" ")
    spaces = prompt["text"][len(context) :]
    # The line break as it is tokenized where another block follows, as between demonstrations.
    end = text_ids(tokenizer, "A\n\nA")[1:2] if score_end else []
    return text_ids(tokenizer, context), text_ids(tokenizer, spaces + target) + end


def ids_sha256(context: list[int], target: list[int]) -> str:
    """sha256 of context and target ids, one after the other, as little-endian 32-bit integers."""
    ids = context + target
    return hashlib.sha256(struct.pack(f"<{len(ids)}i", *ids)).hexdigest()


def _hide(name: str) -> str:
    return name.replace("<", _OPEN).replace(">", _CLOSE)


def _show(text: str) -> str:
    return text.replace(_OPEN, "<").replace(_CLOSE, ">")
