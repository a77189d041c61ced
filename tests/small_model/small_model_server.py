"""Serves a GGUF file with llama.cpp on 127.0.0.1, OpenAI's chat dialect, until standard input ends; prints its address.

python small_model_server.py FILE KEY
"""

import sys

import xllamacpp

CONTEXT = 8192
"""Tokens; what SmolLM2 was trained on."""
LONGEST_ANSWER = 160
"""Tokens, where a request names no other limit: what it says of its own accord comes to no end."""


def main() -> None:
    """Serve."""
    file, key = sys.argv[1:]
    params = xllamacpp.CommonParams()
    params.model.path = file
    params.api_keys = [key]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.ui = False
    params.offline = True
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.n_predict = LONGEST_ANSWER
    params.sampling.temp = 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
