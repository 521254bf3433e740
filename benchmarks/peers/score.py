"""Scores requests of token ids with transformers or with lm-eval's model on top of it.

    score.py transformers|lm-eval WEIGHTS REQUESTS OUTPUT THREADS DTYPE

REQUESTS is a JSON list of [context ids, target ids]. OUTPUT gets {"seconds", "tokens", "sums"}: the
time of scoring alone, the tokens computed (without padding), and the log-probability of each target.
"""

import json
import sys
import time

import torch

who, weights, requests_file, output, threads, dtype = sys.argv[1:]
torch.set_num_threads(int(threads))
requests = [tuple(pair) for pair in json.load(open(requests_file))]
BATCH = 16


def with_transformers():
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(weights, dtype=getattr(torch, dtype)).eval()
    # Long ones first, and as many of about the same length together: what a careful script does.
    order = sorted(range(len(requests)), key=lambda i: -len(requests[i][0]) - len(requests[i][1]))
    sums = [0.0] * len(requests)
    begun = time.perf_counter()
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            texts = [requests[i][0] + requests[i][1] for i in rows]
            width = max(map(len, texts))
            ids = torch.tensor([text + [0] * (width - len(text)) for text in texts])
            mask = torch.tensor([[1] * len(text) + [0] * (width - len(text)) for text in texts])
            logits = model(input_ids=ids, attention_mask=mask).logits
            for place, i in enumerate(rows):
                context, target = requests[i]
                begin = len(context) - 1
                own = logits[place, begin : begin + len(target)].float().log_softmax(-1)
                sums[i] = own.gather(1, torch.tensor(target)[:, None]).sum().item()
    return time.perf_counter() - begun, sums


def with_lm_eval():
    from lm_eval.models.huggingface import HFLM

    model = HFLM(pretrained=weights, device="cpu", dtype=dtype, batch_size=BATCH)
    asked = [(("", ""), context, target) for context, target in requests]
    begun = time.perf_counter()
    answers = model._loglikelihood_tokens(asked, disable_tqdm=True)
    return time.perf_counter() - begun, [logprob for logprob, _ in answers]


seconds, sums = with_transformers() if who == "transformers" else with_lm_eval()
tokens = sum(len(context) + len(target) - 1 for context, target in requests)
json.dump({"seconds": seconds, "tokens": tokens, "sums": sums}, open(output, "w"))
