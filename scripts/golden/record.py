"""Records what transformers says about SmolLM2-135M-Instruct. See README.md beside this file."""

import argparse
import json
from pathlib import Path
from typing import Any

import torch

import encoding
import own_texts
import reference
import samples
import shared_rows

HERE = Path(__file__).resolve().parent
Entry = dict[str, Any]


def main() -> None:
    """Writes the golden files; shared-data.json only where the data folder is given."""
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    golden = reference.load(arguments.gguf)
    arguments.output.mkdir(parents=True, exist_ok=True)
    _write(arguments.output / "tokenizer.json", {}, "strings", _tokenizer(golden))
    template = {"template": golden.tokenizer.chat_template}
    _write(arguments.output / "chat-template.json", template, "conversations", _chats(golden))
    _write(arguments.output / "own-texts.json", {}, "requests", _own_texts(golden))
    if arguments.shared_data is not None:
        rule = {"rule": shared_rows.RULE}
        requests = _shared_rows(golden, arguments.shared_data)
        _write(arguments.output / "shared-data.json", rule, "requests", requests)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gguf", type=Path, help="SmolLM2-135M-Instruct.Q4_1.gguf as published")
    parser.add_argument("--shared-data", type=Path, help="folder of the public data sets")
    parser.add_argument("--output", type=Path, default=HERE.parent.parent / "test" / "golden")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def _tokenizer(golden: reference.Reference) -> list[Entry]:
    entries = []
    for text in samples.strings():
        ids = encoding.text_ids(golden.tokenizer, text)
        converted = encoding.text_ids(golden.converted_tokenizer, text)
        difference = {} if converted == ids else {"idsWithoutDigitRule": converted}
        entries.append({"text": text, "ids": ids, **difference})
    return entries


def _chats(golden: reference.Reference) -> list[Entry]:
    tokenizer = golden.tokenizer
    entries = []
    for name, messages in samples.conversations().items():
        entry: Entry = {"name": name, "messages": messages}
        for key, prompt_for_answer in (
            ("withGenerationPrompt", True),
            ("withoutGenerationPrompt", False),
        ):
            text = encoding.render_chat(tokenizer, messages, prompt_for_answer)
            ids = encoding.chat_ids(tokenizer, messages, prompt_for_answer)
            _compare_with_transformers(tokenizer, messages, prompt_for_answer, ids)
            entry[key] = {"text": text, "ids": ids}
        entries.append(entry)
    return entries


def _compare_with_transformers(
    tokenizer: Any, messages: list[dict[str, str]], prompt_for_answer: bool, ids: list[int]
) -> None:
    names = tokenizer.get_added_vocab()
    if any(name in message["content"] for message in messages for name in names):
        return  # transformers takes a look-alike for the token; here it is text.
    theirs = tokenizer.apply_chat_template(
        messages, add_generation_prompt=prompt_for_answer, return_dict=False
    )
    if ids != theirs:
        raise SystemExit(f"Other ids than apply_chat_template's for {messages}")


def _own_texts(golden: reference.Reference) -> list[Entry]:
    entries = []
    for request in own_texts.own_requests():
        context, target = encoding.encode_request(
            golden.tokenizer, request["prompt"], request["target"], request["scoreEnd"]
        )
        log_probabilities = golden.log_probabilities(context, target)
        entries.append(
            {**request, "contextIds": context, "targetIds": target, "logProbs": log_probabilities}
        )
    return entries


def _shared_rows(golden: reference.Reference, folder: Path) -> list[Entry]:
    entries = []
    for request in shared_rows.shared_requests():
        prompt, answer = shared_rows.prompt_of(request, folder)
        context, target = encoding.encode_request(
            golden.tokenizer, prompt, answer, request["scoreEnd"]
        )
        entries.append(
            {
                **request,
                "contextCount": len(context),
                "targetCount": len(target),
                "idsSha256": encoding.ids_sha256(context, target),
                "logProbs": golden.log_probabilities(context, target),
            }
        )
    return entries


def _write(path: Path, head: Entry, list_name: str, entries: list[Entry]) -> None:
    """One entry a line, so that a new recording can be read as a diff."""
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    opening = json.dumps({"recordedWith": reference.environment(), **head}, ensure_ascii=False)
    path.write_text(f'{opening[:-1]}, "{list_name}": [\n{lines}\n]}}\n', encoding="utf-8")
    print(
        f"{path.name}: {len(entries)} {list_name}, {path.stat().st_size / 1024:.0f} KiB", flush=True
    )


if __name__ == "__main__":
    main()
