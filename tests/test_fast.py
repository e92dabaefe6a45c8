"""04/train_faster.py: what each change buys, and that none of them costs quality.

The bounds are wider than what a quiet machine shows, because the tests run side by side.
"""

import re

import course

SCRIPT = "04/train_faster.py"
ROW = re.compile(rf"^(\S.{{34}}){4 * ' +([0-9.]+)'}  (\S+) to (\S+)$", re.M)


def ways(stdout):
    return {row[0].strip(): [float(value) for value in row[1:]] for row in ROW.findall(stdout)}


def test_every_way_is_measured(finished):
    found = ways(finished(SCRIPT).stdout)
    assert list(found)[:7] == [
        "arrays into fit",
        "arrays, steps_per_execution=32",
        "tf.data",
        "tf.data, steps_per_execution=32",
        "tf.data, all epochs in one call",
        "compiled loop without fit",
        "scikit-learn's MLPRegressor",
    ]
    jax = [way for way in found if way.startswith("JAX: ")]
    assert jax == ["JAX: arrays into fit", "JAX: arrays, steps_per_execution=32"] or (
        not jax and "JAX is not installed: pip install -r" in finished(SCRIPT).stdout
    )


def test_fastest_ways_of_tensorflow_are_four_times_faster(finished):
    found = ways(finished(SCRIPT).stdout)
    first = {way: row[1] for way, row in found.items()}
    # From a standing start, with everything that is compiled, by TensorFlow alone ...
    assert first["compiled loop without fit"] >= 4
    # ... and, once it is compiled, by fit itself.
    assert found["tf.data, all epochs in one call"][3] >= 4
    # The two changes together gain more than each alone.
    both = first["tf.data, steps_per_execution=32"]
    assert both >= 2
    assert both > first["tf.data"] and both > first["arrays, steps_per_execution=32"]


def test_every_way_reaches_the_same_test_mse(finished):
    found = ways(finished(SCRIPT).stdout)
    *_, best, worst = found["arrays into fit"]
    assert 1e-5 < best < worst < 3e-4
    for way, (*_, low, high) in found.items():
        assert low < 3 * worst and high < 3e-4, f"{way} learned less: {low} to {high}"
    # Fewer calls change nothing else: the same digits.
    assert found["arrays, steps_per_execution=32"][4:] == [best, worst]


def test_without_jax_the_other_ways_are_there(chapter):
    hidden = ('find_spec("jax")', 'find_spec("no_such_package")')
    done = course.run(course.change(chapter(SCRIPT), hidden, EPOCHS=1, SEEDS=[7]))
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(ways(done.stdout)) == 7
    assert "JAX is not installed: pip install -r 04/scaling_requirements.txt" in done.stdout
