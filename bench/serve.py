"""Serves the application that BENCH_APP names: `python -m bench.serve PORT PROCESSES`."""

import sys

from engage.process import serve_wsgi

if __name__ == "__main__":
    serve_wsgi("bench.apps:app", "127.0.0.1", int(sys.argv[1]), int(sys.argv[2]))
