"""Sixty requests over rows of public data sets, built by rule: nothing of a row is stored."""

import json
from pathlib import Path
from typing import Any

Request = dict[str, Any]
Row = dict[str, Any]

RULE = [
    "file: path below the data folder. row, demonstrationRows: zero-based; lines of a .jsonl file, "
    "places in `examples` of a .json file.",
    "input, target: the row's fields named inputField and targetField; emptyInput replaces the "
    "input by an empty string; targetPrefix is put before the target.",
    "layout system: system message = instruction; for each demonstration a user message = its "
    "input and an assistant message = its target; then a user message = input.",
    "layout user: as system, without the system message; every user message is instruction, "
    "blank line, input.",
    "layout plain: instruction, blank line; for each demonstration `INPUT_NAME: input`, line "
    "break, `TARGET_NAME: target`, blank line; then `INPUT_NAME: input`, line "
    "break, `TARGET_NAME: `. Spaces at the end of the context move to the front of the target.",
    "scoreEnd: the id of <|im_end|> follows a chat target; in plain text a blank line follows, "
    "encoded in one piece with the target.",
    "idsSha256: of context ids followed by target ids as little-endian 32-bit integers.",
]

SENTIMENT = "Decide whether the review is positive or negative. Answer with one word."
STEPS = "Let's think step by step."


def shared_requests() -> list[Request]:
    """All requests as references, in the order in which they are stored."""
    return [*_classification(), *_induction(), *_bbh(), *_solutions()]


def prompt_of(request: Request, folder: Path) -> tuple[dict[str, Any], str]:
    """The prompt and the target that a reference stands for."""
    rows = _rows(folder / request["file"])
    shown = [_read(request, rows[number]) for number in request.get("demonstrationRows", [])]
    question, answer = _read(request, rows[request["row"]])
    if request.get("emptyInput"):
        question = ""
    return _lay_out(request, shown, question), request.get("targetPrefix", "") + answer


def _read(request: Request, row: Row) -> tuple[str, str]:
    return row[request["inputField"]], row[request["targetField"]]


def _lay_out(request: Request, shown: list[tuple[str, str]], question: str) -> dict[str, Any]:
    instruction = request["instruction"]
    if request["layout"] == "plain":
        names = request["inputName"], request["targetName"]
        blocks = [f"{names[0]}: {text}\n{names[1]}: {answer}\n\n" for text, answer in shown]
        text = f"{instruction}\n\n{''.join(blocks)}{names[0]}: {question}\n{names[1]}: "
        return {"kind": "text", "text": text}
    opening = f"{instruction}\n\n" if request["layout"] == "user" else ""
    messages = [] if opening else [{"role": "system", "content": instruction}]
    for text, answer in shown:
        messages.append({"role": "user", "content": opening + text})
        messages.append({"role": "assistant", "content": answer})
    messages.append({"role": "user", "content": opening + question})
    return {"kind": "chat", "messages": messages}


def _rows(path: Path) -> list[Row]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return json.loads(text)["examples"]
    return [json.loads(line) for line in text.split("\n") if line]


def _refer(file: str, row: int, layout: str, instruction: str, **more: Any) -> Request:
    fields = {"inputField": "input", "targetField": "target", "scoreEnd": True, **more}
    return {
        "name": f"{file} {row} {layout}",
        "file": file,
        "row": row,
        "layout": layout,
        "instruction": instruction,
        **fields,
    }


def _classification() -> list[Request]:
    sst2, sst5 = "classification/sst2/test.jsonl", "classification/sst-5/test.jsonl"
    mr, news = "classification/mr/test.jsonl", "classification/agnews/test.jsonl"
    review = {"inputName": "Review", "targetName": "Sentiment"}
    article = {"inputName": "Text", "targetName": "Label"}
    topic = "Choose the topic of the article: World, Sports, Business or Tech."
    grade = "How good is the film? Answer terrible, bad, okay, good or great."
    return [
        _refer(sst2, 0, "system", SENTIMENT),
        _refer(sst2, 1, "user", SENTIMENT),
        _refer(sst2, 2, "plain", SENTIMENT, **review),
        _refer(sst2, 42, "plain", SENTIMENT, scoreEnd=False, **review),
        _refer(sst2, 100, "system", SENTIMENT, demonstrationRows=[3, 4]),
        _refer(sst2, 173, "plain", SENTIMENT, demonstrationRows=[3, 4, 5, 6], **review),
        _refer(sst2, 7, "system", SENTIMENT, emptyInput=True),
        _refer(sst2, 8, "plain", SENTIMENT, emptyInput=True, **review),
        _refer(sst2, 9, "system", SENTIMENT, targetPrefix="  "),
        _refer(sst2, 10, "system", SENTIMENT, scoreEnd=False),
        _refer(mr, 54, "system", SENTIMENT),
        _refer(mr, 159, "user", SENTIMENT, demonstrationRows=[0, 1]),
        _refer(mr, 188, "plain", SENTIMENT, demonstrationRows=[0, 1], **review),
        _refer(sst5, 204, "system", grade),
        _refer(sst5, 11, "plain", grade, demonstrationRows=[0, 1, 2, 3, 4, 5, 6, 7], **review),
        _refer(news, 0, "system", topic),
        _refer(news, 1, "plain", topic, demonstrationRows=[2, 3, 4], **article),
        _refer(news, 5, "user", topic, demonstrationRows=[6]),
    ]


def _induction() -> list[Request]:
    def task(name: str, row: int, layout: str, instruction: str, **more: Any) -> Request:
        return _refer(f"instruction-induction/{name}/test.jsonl", row, layout, instruction, **more)

    pair = {"inputName": "Input", "targetName": "Output"}
    german, spanish = "Translate the word into German.", "Translate the word into Spanish."
    return [
        task("antonyms", 0, "system", "Write the opposite of the word."),
        task(
            "antonyms",
            1,
            "plain",
            "Write the opposite of the word.",
            demonstrationRows=[2, 3],
            **pair,
        ),
        task(
            "singular_to_plural", 0, "system", "Write the plural.", demonstrationRows=[1, 2, 3, 4]
        ),
        task("singular_to_plural", 5, "user", "Write the plural.", demonstrationRows=[6, 7]),
        task("first_word_letter", 0, "system", "Write the first letter of the word."),
        task(
            "first_word_letter",
            1,
            "plain",
            "Write the first letter of the word.",
            scoreEnd=False,
            **pair,
        ),
        task("letters_list", 0, "system", "Spell the word with a space after each letter."),
        task("letters_list", 2, "plain", "Spell the word.", demonstrationRows=[3, 4], **pair),
        task("sum", 0, "system", "Add the two numbers."),
        task("sum", 1, "plain", "Add the two numbers.", demonstrationRows=[2, 3, 4], **pair),
        task("negation", 0, "system", "Negate the sentence."),
        task(
            "active_to_passive",
            0,
            "user",
            "Turn the sentence into the passive.",
            demonstrationRows=[1],
        ),
        task(
            "orthography_starts_with",
            0,
            "system",
            "Find the words that start with the letter in brackets.",
        ),
        task("rhymes", 0, "plain", "Write a word that rhymes.", **pair),
        task("sentiment", 0, "system", SENTIMENT, emptyInput=True, scoreEnd=False),
        task("synonyms", 0, "user", "Write a synonym."),
        task("translation_en-de", 12, "system", german),
        task("translation_en-de", 20, "plain", german, demonstrationRows=[27, 28], **pair),
        task("translation_en-de", 42, "plain", german, targetPrefix=" ", **pair),
        task("translation_en-es", 5, "system", spanish, demonstrationRows=[19, 22]),
        task("translation_en-es", 31, "user", spanish),
        task("word_in_context", 0, "system", "Does the word mean the same in both sentences?"),
    ]


def _bbh() -> list[Request]:
    def task(name: str, row: int, layout: str, instruction: str = STEPS, **more: Any) -> Request:
        return _refer(f"bbh/{name}.json", row, layout, instruction, **more)

    question = {"inputName": "Question", "targetName": "Answer"}
    return [
        task("boolean_expressions", 0, "system"),
        task(
            "boolean_expressions", 1, "plain", demonstrationRows=[2, 3], scoreEnd=False, **question
        ),
        task("causal_judgement", 0, "system"),
        task("sports_understanding", 0, "plain", demonstrationRows=[1, 2], **question),
        task("dyck_languages", 0, "system", "Close all brackets."),
        task("geometric_shapes", 0, "plain", "Name the shape.", **question),
        task("multistep_arithmetic_two", 0, "user"),
        task("word_sorting", 0, "system", "Sort the words by the alphabet."),
        task("penguins_in_a_table", 0, "system"),
        task("ruin_names", 0, "plain", **question),
    ]


def _solutions() -> list[Request]:
    gsm8k, aqua, alpaca = "gsm8k/test.jsonl", "aqua-rat/dev.jsonl", "alpaca-eval/pairs.jsonl"
    problem = {"inputField": "question", "targetField": "answer"}
    rationale = {"inputField": "question", "targetField": "rationale"}
    reply = {"inputField": "prompt", "targetField": "chosen"}
    return [
        _refer(gsm8k, 0, "system", STEPS, **problem),
        _refer(gsm8k, 36, "user", STEPS, **problem),
        _refer(gsm8k, 331, "system", STEPS, **problem),
        _refer(gsm8k, 40, "plain", STEPS, inputName="Question", targetName="Answer", **problem),
        _refer(gsm8k, 66, "system", STEPS, demonstrationRows=[59, 61], **problem),
        _refer(aqua, 1, "system", STEPS, **rationale),
        _refer(aqua, 7, "plain", STEPS, inputName="Problem", targetName="Solution", **rationale),
        _refer(alpaca, 43, "system", "You are a helpful assistant.", **reply),
        _refer(alpaca, 23, "user", "Reply to the request.", **reply),
        _refer(
            alpaca,
            46,
            "plain",
            "Reply to the request.",
            inputName="Request",
            targetName="Reply",
            **reply,
        ),
    ]
