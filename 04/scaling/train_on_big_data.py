"""Train on a table that is larger than memory: read it block by block, and shuffle on the way.

Chapter 4, scaling, script 2.
Reads:  nothing, or a table that you name: a file or a folder of them, CSV, .csv.gz or Parquet
Writes: big_data/, trained_on_big_data.keras
Prints: which columns are used and which are not, the error of each epoch, and a yardstick

    python 04/scaling/train_on_big_data.py
    python 04/scaling/train_on_big_data.py PATH --target COLUMN
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from keras import layers
from pyarrow import csv, parquet
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent  # the folder of this script
EPOCHS = 3  # passes over the table while it trains
STEPS = 500  # steps of an epoch, about, as far as the limits of the batch allow
SMALLEST_BATCH, LARGEST_BATCH = 32, 4096  # rows for each step of the optimizer
STEPS_IN_A_CALL = 16  # one call of the backend does this many steps
BUFFER = 100_000  # rows that are mixed at a time: more mix better, and take more memory
VALIDATION = 0.1  # share of the rows that is held back, to judge the network ...
MOST_VALIDATION = 100_000  # ... but not more rows than these, because they stay in memory
FEWEST = 1000  # rows; for less there is 04/your_table
TABLES = (".parquet", ".csv", ".csv.gz")
CSV = csv.ParseOptions(newlines_in_values=True)  # a cell in quotes may have several lines
EMPTY = pa.array(csv.ConvertOptions().null_values)  # what an empty cell may say: NA, nan, NULL ...
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
FOR_PEOPLE = r"^\W{0,3}\d+([., '\x{A0}]\d{3})*([.,]\d+)?\W{0,3}$"  # 1,200 or $5 or 12 %


def main():
    # 1. Which table, and which column of it? Without a table, make one up.
    parser = argparse.ArgumentParser(description="Train on a table that is larger than memory.")
    parser.add_argument("path", nargs="?", type=Path, help="a CSV or Parquet file, or a folder")
    parser.add_argument("--target", metavar="COLUMN", help="the column to predict")
    parser.add_argument("--without", metavar="COLUMN", nargs="+", default=[], help="not to be used")
    options = parser.parse_args()
    path, target = options.path, options.target
    if path is None:
        path, target = HERE / "big_data", "earnings"
        make_games(path)
    if target is None:
        parser.error("which column is to be predicted? Add --target COLUMN")
    keras.utils.set_random_seed(7)  # the same random numbers in every run, so the same result

    # 2. First pass over the table: look at every cell, and choose the columns to learn from.
    try:
        table = open_table(path)
        columns, rows = look(table)
    except (pa.ArrowException, OSError, UnicodeError) as error:
        sys.exit(f"Cannot read the table: {error}")
    features = choose(columns, rows, target, options.without)

    # 3. Second pass: hold the validation rows back, and learn the scaling from the others.
    names = [*features, target]  # the target is the last one
    share = min(VALIDATION, MOST_VALIDATION / rows)
    scaler = StandardScaler()
    training_rows = 0
    held_back = []
    for training, validation in usable_rows(table, names, share):
        held_back.append(validation)
        training_rows += len(training)
        if len(training) > 0:
            scaler.partial_fit(training.astype("float64"))
    validation = np.concatenate(held_back)
    usable = training_rows + len(validation)
    print(f"{rows:,} rows, of which {rows - usable:,} are left out: a cell has no number")
    print(f"{training_rows:,} rows to train with, {len(validation):,} to validate with")
    if usable < FEWEST:
        sys.exit(f"Too few rows: this script needs {FEWEST:,}. For less there is 04/your_table.")

    # 4. Define the network, with the scaling inside: it takes rows as they stand in the table, and
    #    answers in the unit of the target.
    mean, deviation = scaler.mean_, scaler.scale_
    model = keras.Sequential(
        [
            keras.Input(shape=(len(features),)),
            layers.Rescaling((1 / deviation)[:-1].tolist(), (-mean / deviation)[:-1].tolist()),
            layers.Dense(50, activation="relu"),
            layers.Dense(100, activation="relu"),
            layers.Dense(50, activation="relu"),
            layers.Dense(1, activation="linear"),
            layers.Rescaling(deviation[-1], mean[-1]),
        ]
    )
    steps_in_a_call = 1 if keras.config.backend() == "torch" else STEPS_IN_A_CALL
    model.compile(
        loss="mean_squared_error",
        optimizer="adam",
        metrics=[keras.metrics.RootMeanSquaredError(name="rmse")],
        steps_per_execution=steps_in_a_call,
    )

    # 5. Train. The larger the table, the larger the batches, so that the steps remain few.
    batch = 2 ** round(np.log2(training_rows / STEPS))
    batch = int(np.clip(batch, SMALLEST_BATCH, LARGEST_BATCH))
    calls = max(1, training_rows // (batch * steps_in_a_call))  # an epoch ends with a whole call
    model.fit(
        batches(table, names, share, batch),
        steps_per_epoch=calls * steps_in_a_call,
        epochs=EPOCHS,
        shuffle=False,  # the rows come shuffled
        validation_data=(validation[:, :-1], validation[:, -1:]),
        validation_batch_size=LARGEST_BATCH,
        verbose=1 if sys.stdout.isatty() else 2,  # a progress bar where there is a terminal
    )

    # 6. Compare with the answer that needs no network: always the average. Then save.
    predictions = model.predict(validation[:, :-1], batch_size=LARGEST_BATCH, verbose=0)
    typical_error = np.sqrt(np.mean((predictions - validation[:, -1:]) ** 2))
    of_the_average = np.sqrt(np.mean((mean[-1] - validation[:, -1:]) ** 2))
    print(f"Typical error (RMSE) on the validation rows: {typical_error:,.6g}")
    print(f"Typical error of always giving the average:  {of_the_average:,.6g}")
    model.save(HERE / "trained_on_big_data.keras")
    print(f"Saved trained_on_big_data.keras, which takes {', '.join(features)}")


def batches(table, names, share, batch):
    """Yield shuffled batches of features and target, pass after pass, without an end.

    Rows wait until there are BUFFER of them, are mixed, and half of them goes out. The other half
    is mixed again with the rows that come.
    """
    random = np.random.default_rng(7)
    waiting = []
    while True:
        for training, _ in usable_rows(table, names, share, random):
            waiting.append(training)
            if sum(map(len, waiting)) > BUFFER:
                mixed = random.permutation(np.concatenate(waiting))
                half = len(mixed) // 2 // batch * batch
                yield from in_pieces(mixed[:half], batch)
                waiting = [mixed[half:]]
        mixed = random.permutation(np.concatenate(waiting))  # the table is at its end
        whole_batches = len(mixed) // batch * batch
        yield from in_pieces(mixed[:whole_batches], batch)
        waiting = [mixed[whole_batches:]]


def in_pieces(rows, batch):
    """Yield the features and the target of the rows, a batch at a time."""
    for start in range(0, len(rows), batch):
        piece = rows[start : start + batch]
        yield piece[:, :-1], piece[:, -1:]


def usable_rows(table, names, share, random=None):
    """Yield the training and the validation rows of each block, as two arrays.

    Usable are rows with a number in each column. Whether one is for training or for validation
    depends on its place in its file alone, so it is the same in each pass: a large factor throws
    neighbors far apart in the range from 0 to 1. With random, the files come in random order.
    """
    parts = list(enumerate(table.get_fragments()))
    if random is not None:
        random.shuffle(parts)
    for number, part in parts:
        first = number * 1_000_003  # each file begins elsewhere
        for block in blocks(part, table.schema, names):
            rows = np.column_stack([to_numbers(block[name]) for name in names]).astype("float32")
            count = np.arange(first, first + len(rows), dtype="uint64")
            place = count * 2_654_435_769 % 2**32 / 2**32
            first += len(rows)
            complete = np.isfinite(rows).all(axis=1)
            yield rows[complete & (place >= share)], rows[complete & (place < share)]


# ---- Reading: the files, block by block ----


def blocks(part, schema, names):
    """Yield one file of the table block by block, each when it is asked for.

    (The to_batches of a data set, and pre_buffer, would read on while the network trains, until the
    memory is full.)
    """
    inside = [name for name in names if name in part.physical_schema.names]
    in_folders = ds.get_partition_keys(part.partition_expression)  # such as year=2026
    if isinstance(part.format, ds.CsvFileFormat):
        cells_as = csv.ConvertOptions(
            column_types={name: pa.string() for name in inside},
            include_columns=inside,
            strings_can_be_null=True,  # so that numbers with gaps are read fast
        )
        reader = csv.open_csv(part.path, parse_options=CSV, convert_options=cells_as)
    else:
        reader = parquet.ParquetFile(part.path, pre_buffer=False).iter_batches(columns=inside)
    for block in reader:
        cells = {}
        for name in names:
            kind = schema.field(name).type
            if name in inside:
                cells[name] = block[name].cast(kind, safe=False)
            elif in_folders.get(name) is not None:
                cells[name] = pa.repeat(str(in_folders[name]), len(block)).cast(kind)
            else:  # this file has no such column
                cells[name] = pa.nulls(len(block), kind)
        yield pa.record_batch(cells)


def to_numbers(cells):
    """Return cells as numbers: true is 1, false is 0, and what is no number becomes nan."""
    if pa.types.is_string(cells.type):
        for kind in (pa.float64(), pa.bool_()):
            try:
                cells = cells.cast(kind)  # fast, but it works only if every cell is one
                break
            except pa.ArrowInvalid:
                pass
    if pa.types.is_string(cells.type):
        cells = pc.utf8_lower(pc.utf8_trim_whitespace(cells))
        cells = pc.if_else(pc.equal(cells, "true"), "1", cells)
        cells = pc.if_else(pc.equal(cells, "false"), "0", cells)
        cells = pc.if_else(pc.match_substring_regex(cells, NUMBER), cells, None)
    numbers = cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def open_table(path):
    """Return the table of a file, or of all files of a folder, which pyarrow reads in blocks.

    What is hidden in a folder, such as Spark's _SUCCESS, is left out, and so are empty files. A
    column that a file lacks is empty there. In folders such as year=2026, the year is a column.
    """
    if not path.exists():
        sys.exit(f"There is no file and no folder {path}")
    files = [path]
    if path.is_dir():
        inside = [file.relative_to(path) for file in sorted(path.rglob("*")) if file.is_file()]
        seen = [file for file in inside if not any(name[0] in "._" for name in file.parts)]
        tables = [file for file in seen if file.name.lower().endswith(TABLES)]
        others = [str(file) for file in seen if not file.name.lower().endswith(TABLES)]
        print(f"{path.name}: {len(tables):,} files")
        if others:
            print(f"left out, because they are no tables: {', '.join(others):.200}")
        files = [path / file for file in tables if (path / file).stat().st_size > 0]
    parquets = [file for file in files if file.suffix.lower() == ".parquet"]
    if not files or len(parquets) not in (0, len(files)):
        sys.exit(f"{path} needs tables of one kind: .parquet files, or .csv and .csv.gz files")
    kind = ds.ParquetFileFormat() if parquets else ds.CsvFileFormat(CSV)
    folder = str(path if path.is_dir() else path.parent)
    reading = {"format": kind, "partitioning": "hive", "partition_base_dir": folder}
    files = [str(file) for file in files]
    types = {}  # of each column, in each file
    for part in ds.dataset(files, **reading).get_fragments():
        for field in part.physical_schema:
            types.setdefault(field.name, []).append(field.type if parquets else pa.string())
        for name in ds.get_partition_keys(part.partition_expression):
            types.setdefault(name, []).append(pa.string())
    schema = pa.schema([(name, common_type(found)) for name, found in types.items()])
    return ds.dataset(files, schema=schema, **reading)


def common_type(types):
    """Return the type to read a column with, whose type may differ from file to file."""
    plain = set()
    for kind in types:
        words = kind.value_type if pa.types.is_dictionary(kind) else kind  # pandas' categories
        text = pa.types.is_large_string(words) or pa.types.is_string_view(words)
        plain.add(pa.string() if text else words)
    plain -= {pa.null()}  # an empty column tells nothing
    if len(plain) == 1:
        return plain.pop()
    return pa.float64() if all(map(is_number, plain)) else pa.string()


# ---- Looking at the columns: which can be used, and why not the others ----


def is_number(kind):
    """Tell whether a type is one of numbers."""
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


@dataclass
class Column:
    """What is known of a column: sums over the blocks that were seen, but no cells."""

    kind: str = ""  # the column's type, where it cannot hold numbers
    numbers: int = 0  # cells with a number
    words: int = 0  # cells with something else
    for_people: int = 0  # words that are numbers for people
    example: str = ""  # the first word
    low: float = np.inf
    high: float = -np.inf
    whole: bool = True  # are all of them whole numbers?
    repeats: float = 0  # how often a number comes again in its block
    by_chance: float = 0  # how often it would, if the numbers were drawn at random

    def add(self, cells):
        """Take the cells of one more block into account."""
        numbers = to_numbers(cells)
        missing = np.isnan(numbers)
        if pa.types.is_string(cells.type) and missing.any():
            words = pc.utf8_trim_whitespace(cells.filter(pa.array(missing)).drop_null())
            words = words.filter(pc.invert(pc.is_in(words, EMPTY)))
            self.words += len(words)
            self.for_people += len(words.filter(pc.match_substring_regex(words, FOR_PEOPLE)))
            if len(words) > 0 and not self.example:
                self.example = " ".join(words[0].as_py().split())
        numbers = numbers[~missing]
        if len(numbers) == 0:
            return
        low, high = numbers.min(), numbers.max()
        self.numbers += len(numbers)
        self.low, self.high = min(self.low, low), max(self.high, high)
        self.whole = self.whole and bool((numbers == np.floor(numbers)).all())
        if self.whole:
            values = high - low + 1  # so many different whole numbers lie between them
            self.by_chance += len(numbers) + values * np.expm1(-len(numbers) / values)
            different = len(np.unique(numbers)) if values > len(numbers) / 2 else values
            self.repeats += len(numbers) - different


def look(table):
    """Return a Column for each column of the table, and the number of rows."""
    columns = {field.name: Column() for field in table.schema}
    for field in table.schema:
        may_be_numbers = is_number(field.type) or pa.types.is_boolean(field.type)
        if not may_be_numbers and field.type not in (pa.string(), pa.null()):
            columns[field.name].kind = str(field.type)
    names = [name for name in columns if not columns[name].kind]
    rows = 0
    for part in table.get_fragments():
        for block in blocks(part, table.schema, names):
            rows += len(block)
            for name in names:
                columns[name].add(block[name])
    return columns, rows


def choose(columns, rows, target, without):
    """Return the columns to learn from; print of each why it is used, or why it is not."""
    for name in [target, *without]:
        if name not in columns:
            sys.exit(f"There is no column {name}. There are {', '.join(columns):.500}")
    features = []
    for name, column in columns.items():
        reason = "--without asks for it" if name in without else why_not(name, column, rows, target)
        such_as = f', such as "{column.example:.40}"' if column.words else ""
        gaps = ""
        if column.numbers < rows:
            gaps = f"; cells without a number: {rows - column.numbers:,}{such_as}"
        if reason and name == target:
            sys.exit(f"{name} cannot be predicted: {reason}")
        if reason:
            print(f" - {name or '(no name)'}: left out, {reason}")
        elif name == target:
            print(f" - {name}: the target{gaps}")
        else:
            print(f" - {name}: used{gaps}")
            features.append(name)
    if not features:
        sys.exit("No column is left to learn from.")
    return features


def why_not(name, column, rows, target):
    """Return why a column cannot be used, or nothing. Stop where only its owner can decide."""
    cells = column.numbers + column.words  # that are not empty
    such_as = f'such as "{column.example:.40}"'
    if column.for_people > cells / 100 or column.numbers > column.words > cells / 100:
        sys.exit(
            f"{name}: {column.words:,} of {cells:,} cells are no numbers, {such_as}.\n"
            "Write plain numbers, such as 1200.5, or leave the cells empty."
            + (f' Or leave the column out: --without "{name}"' if name != target else "")
        )
    unnamed = not name or name.startswith(("Unnamed: ", "__index_level_"))  # as pandas calls it
    unlike_chance = column.by_chance > 10 and column.repeats < column.by_chance / 10
    reason = ""
    if column.kind:
        reason = f"it holds {column.kind}"
    elif cells == 0:
        reason = "it is empty"
    elif column.words >= column.numbers:
        reason = f"it holds words or dates, {such_as}"
    elif column.high - column.low <= 1e-5 * max(abs(column.high), abs(column.low)):
        reason = f"all its numbers are the same, or nearly: {column.high:g}"
    elif name == target:
        pass  # the other reasons concern features
    elif column.whole and (unnamed or unlike_chance):
        reason = "it numbers the rows"
    elif column.numbers < rows / 2:
        reason = f"{1 - column.numbers / rows:.0%} of its cells have no number"
    return reason


# ---- The table that is made up, where none is given ----


def make_games(folder):
    """Make up half a million games, as a shop might have them, in a folder of ten files."""
    folder.mkdir(exist_ok=True)
    for part in range(10):
        random = np.random.default_rng(part)
        game = np.arange(part * 50_000, (part + 1) * 50_000)
        rating = random.integers(4, 11, len(game)) / 2
        price = random.choice([39.99, 49.99, 59.99], len(game))
        exclusive = random.random(len(game)) < 0.25
        luck = random.normal(0, 5000, len(game))  # dollars that no network can foresee
        games = {
            "game": game,
            "title": [f"Game {number}" for number in game],
            "released": np.datetime64("2000-01-01") + game // 60,
            "critic_rating": pa.array(rating, mask=random.random(len(game)) < 0.01),
            "is_exclusive_to_us": exclusive,
            "unit_price": price,
            "earnings": price * (390 + 230 * rating) * np.where(exclusive, 1.85, 1) + luck,
        }
        parquet.write_table(pa.table(games), folder / f"part-{part}.parquet")


if __name__ == "__main__":
    main()
