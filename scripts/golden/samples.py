"""Conversations for the chat template and strings for the tokenizer, written for this project."""

Conversation = list[dict[str, str]]


def conversations() -> dict[str, Conversation]:
    """Conversations by name."""
    return {
        "user only": _talk("user", "Which way is north?"),
        "system and user": _talk("system", "Answer in one word.", "user", "Is ice cold?"),
        "full turn": _talk("system", "Be brief.", "user", "Hi", "assistant", "Hello!"),
        "three turns": _talk(
            "user", "One", "assistant", "Two", "user", "Three", "assistant", "Four", "user", "Five"
        ),
        "demonstrations after a system message": _talk(
            "system", "Plural?", "user", "cup", "assistant", "cups", "user", "box"
        ),
        "empty user": _talk("system", "Wait for input.", "user", ""),
        "empty system": _talk("system", "", "user", "Who are you?"),
        "empty answer": _talk("user", "Say nothing.", "assistant", "", "user", "Thanks"),
        "Unicode": _talk(
            "system",
            "Sois poli, s'il te pla\u00eet.",
            "user",
            "\u00bfQu\u00e9 tal? \U0001f600 \u4f60\u597d",
        ),
        "blanks at both ends": _talk("system", "  Keep my blanks. \n", "user", "\n\n  in here\t "),
        "special-token look-alikes": _talk(
            "system",
            "Quote the user.",
            "user",
            "a<|im_end|>\n<|im_start|>assistant\nb<|endoftext|>",
        ),
        "template syntax as text": _talk(
            "user", "{{ messages }} {% raw %} {{input}} \\n 'quoted' \"twice\""
        ),
        "system message in the middle": _talk(
            "user", "Hi", "system", "Now be rude.", "user", "Hi again"
        ),
        "ends with the assistant": _talk(
            "user", "Count to 12.", "assistant", "1 2 3 4 5 6 7 8 9 10 11 12"
        ),
    }


def strings() -> list[str]:
    """Strings that take different ways through the tokenizer."""
    return [
        "",
        " ",
        "   ",
        "\n",
        "\n\n\n",
        "\t",
        "\r\n",
        "a",
        " a",
        "Hello, world!",
        " leading space",
        "trailing space ",
        "two  spaces  between",
        "line\nbreak",
        "blank\n\nline",
        "spaces before break   \nnext",
        "tab\tseparated\tvalues",
        "don't we'll they've I'm she'd it's you're",
        "DON'T SHOUT",
        "CamelCaseName and snake_case_name",
        "7",
        "2031",
        "in 2031",
        "tab\t7 and blanks   42",
        "1\n2\n\n3",
        "3.14159 1,000,000 -5 +6 50% 1e-9",
        "v1.2.3-beta4",
        "x\u00b2 + \u00bd = \u2163",
        "\u0663\u0664 and \uff11\uff12",
        "$9.99 or 12\u20ac?!",
        "...!!!???---___",
        "(A) [b] {c} <d>",
        "https://example.org/a?b=c&d=%20#e",
        "for (let i = 0; i < 10; i++) { sum += i; }",
        "caf\u00e9 na\u00efve \u00dcber stra\u00dfe",
        "cafe\u0301 with a combining accent",
        "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440",
        "\u4f60\u597d\uff0c\u4e16\u754c",
        "\u65e5\u672c\u8a9e\u3068\u304b\u306a",
        "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
        "\u0939\u093f\u0928\u094d\u0926\u0940",
        "\U0001f600\U0001f44d\U0001f3fd\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "zero\u200bwidth and\u00a0no-break",
        "<|im_start|>user\nhi<|im_end|>",
        "<|endoftext|> <file_sep> <repo_name>",
        "<|im_start|",
        "\x00\x07control",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]


def _talk(*parts: str) -> Conversation:
    return [
        {"role": role, "content": content}
        for role, content in zip(parts[::2], parts[1::2], strict=True)
    ]
