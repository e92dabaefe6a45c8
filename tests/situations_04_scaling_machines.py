"""What readers bring to the scripts for several devices, machines and Spark."""

import socket

from situations import Situation

MACHINES = "04/scaling/train_on_machines.py"
SPARK = "04/scaling/train_on_spark.py"
USAGE = "not as in --address HOST:PORT --processes N --rank R [--resume]"
OPEN = []  # sockets that stay open until the tests end


def options(words):
    """Return what brings nothing but these words on the command line."""
    return lambda _folder: words.split()


def taken(_folder):
    """Let another program listen where rank 0 is to listen."""
    OPEN.append(socket.create_server(("127.0.0.1", 0)))
    port = OPEN[-1].getsockname()[1]
    return f"--address 127.0.0.1:{port} --processes 2 --rank 0".split()


def text(folder):
    """Write a word into a column of numbers."""
    (folder / "games.csv").write_bytes(b"rating,total_earnings\n0.5,0.1\nfour,0.2\n")
    return ["--data", folder / "games.csv"]


def without(package):
    """Return what hides a package behind a file of its name beside the script."""

    def bring(folder):
        text = f"raise ModuleNotFoundError(\"No module named '{package}'\")\n"
        (folder / f"{package}.py").write_text(text, encoding="utf-8")
        return []

    return bring


LOCAL = "--address 127.0.0.1:7777 --processes"
INSTALL = "python -m pip install -r 04/scaling/requirements.txt"
FRESH = {"TF_CPP_MIN_LOG_LEVEL": "3"}  # any environment: a process of its own

SITUATIONS = [
    Situation(MACHINES, what, says, bring=options(words))
    for what, words, says in [
        ("--help", "--help", USAGE),
        ("an unknown option", "--ranks 2", "option --ranks not recognized"),
        ("an option without its value", "--address", "option --address requires argument"),
        ("no --rank", f"{LOCAL} 2", "--rank"),
        ("a rank that counts from one", f"{LOCAL} 2 --rank 2", "R from 0 to N - 1"),
        ("a negative rank", f"{LOCAL} 2 --rank -1", "R from 0 to N - 1"),
        ("no ranks at all", f"{LOCAL} 0 --rank 0", USAGE),
        ("a number in words", f"{LOCAL} two --rank 0", "'two'"),
        ("a word too many", f"{LOCAL} 2 --rank 0 now", f"now: {USAGE}"),
        ("a batch that three ranks cannot share", f"{LOCAL} 3 --rank 0", "a batch of 32 rows"),
        ("more ranks than rows in a batch", f"{LOCAL} 64 --rank 0", "a batch of 32 rows"),
        ("no port", "--address 127.0.0.1 --processes 2 --rank 0", USAGE),
        ("no host", "--address :7777 --processes 2 --rank 0", USAGE),
        ("a port that is none", "--address 127.0.0.1:70000 --processes 2 --rank 1", USAGE),
        ("nothing to resume", f"{LOCAL} 2 --rank 0 --resume", "nothing to resume"),
    ]
]
SITUATIONS += [
    Situation(MACHINES, "a port that is taken", "in use", bring=taken),
    Situation(MACHINES, "no JAX", INSTALL, status=69, bring=without("jax"), environment=FRESH),
    # On this machine alone, and with a backend set that the script does not use.
    Situation(MACHINES, "nothing to resume, on this machine alone", "nothing to resume",
              bring=options("--resume"), environment={"KERAS_BACKEND": "torch"}),
    Situation(SPARK, "an unknown option", "option --master not", bring=options("--master yarn")),
    Situation(SPARK, "an option without its value", "requires argument", bring=options("--data")),
    Situation(SPARK, "no PySpark", INSTALL, status=69, bring=without("pyspark"), environment=FRESH),
    Situation(SPARK, "no Java", "Java 17 or newer", 69, environment={"JAVA_HOME": "/nowhere"}),
    Situation(SPARK, "text in a column", "Text is in: ['rating']", bring=text, environment=FRESH),
    Situation(SPARK, "a table that is not there", "Path does not exist",
              bring=options("--data /nowhere/rows.parquet"), environment=FRESH),
]  # fmt: skip
