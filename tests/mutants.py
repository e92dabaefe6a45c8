"""Would the tests see a careless change? Make one line wrong at a time, and run what guards it.

    python tests/mutants.py               every mutant; writes mutants.md
    python tests/mutants.py 04/more       those of a folder, a script or a page
    python tests/mutants.py open          those that mutants.md does not show as caught

A mutant is caught if a test fails, so the tests must pass before. Each runs in a copy of the
course, whose pages then show the changed line, too; nothing here is touched.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from layout import ROOT

TABLE = ROOT / "tests" / "mutants.md"
ROAD, PAGES = "test_04.py", "test_pages.py"
LAST = 'layers.Dense(1, activation="linear")'
# What is changed (each text occurs once in its file, or its first place counts), and who guards it.
MUTANTS = [
    ("03/preprocess_data.py", "scaler.fit(training)", "scaler.fit(test)", "test_03.py", "scaling_is_that"),
    ("03/preprocess_data.py", "feature_range=(0, 1)", "feature_range=(0, 2)", "test_03.py", "scaling_is_that"),
    ("03/preprocess_data.py", "scaler.transform(test)", "test", "test_03.py", "scaling_is_that"),
    ("03/preprocess_data.py", '"add": scaler.min_', '"add": -scaler.min_', "test_03.py", "scaling_is_that"),
    ("03/preprocess_data.py", "%.10g", "%.3g", "test_03.py", "scaling_is_that"),
    ("03/preprocess_data.py", "scaler.fit(training)", "scaler.fit(pd.concat([training, test]))", "test_03.py", "scaling_is_that"),
    ("03/create_model.py", "Dense(100", "Dense(10", "test_03.py", "layers_of_the_readme"),
    ("03/create_model.py", "shape=(9,)", "shape=(10,)", "test_03.py", "layers_of_the_readme"),
    ("03/create_model.py", 'layers.Dense(50, activation="relu"),\n        layers.Dense(1,', "layers.Dense(1,", "test_03.py", "layers_of_the_readme"),
    ("04/train_model.py", 'training.drop(columns="total_earnings")', "training", ROAD, "training_prints"),
    ("04/train_model.py", "epochs=50", "epochs=5", ROAD, "training_prints"),
    ("04/train_model.py", LAST, LAST.replace("linear", "softmax"), ROAD, "training_prints"),
    ("04/train_model.py", "evaluate(X_test, y_test", "evaluate(X_train, y_train", ROAD, "training_prints"),
    ("04/train_model.py", '"mean_squared_error"', '"mean_absolute_error"', ROAD, "training_prints"),
    ("04/train_model.py", "test_mse**0.5", "test_mse", ROAD, "training_prints"),
    ("04/train_model.py", "seed(7)", "seed(8)", ROAD, "same_network"),
    ("04/predict.py", "- add)", "+ add)", ROAD, "near_what_the_rule"),
    ("04/predict.py", ") / multiply_by", ") * multiply_by", ROAD, "near_what_the_rule"),
    ("04/predict.py", '"total_earnings", "add"', '"unit_price", "add"', ROAD, "near_what_the_rule"),
    ("04/predict.py", "test[X_train.columns]", "test.iloc[:, :9]", ROAD, "same_network"),
    ("04/predict.py", "games[X_train.columns]", "games", ROAD, "taken_by_name"),
    ("04/save_trained_model.py", '["trained_model.keras", "trained_model.h5"]', '["trained_model.h5", "trained_model.keras"]', ROAD, "goes_on"),
    ("04/save_trained_model.py", 'optimizer="adam"', 'optimizer="sgd"', ROAD, "goes_on"),
    ("04/load_saved_model.py", "games[features]", "games", ROAD, "taken_by_name"),
    ("04/load_saved_model.py", '"total_earnings", "multiply_by"', '"unit_price", "multiply_by"', ROAD, "agree_to_the_cent"),
    ("06/model_logging.py", 'os.environ["KERAS_BACKEND"] = "tensorflow"', "pass", "test_06.py", "chapter_6"),
    ("06/model_logging.py", "TensorSpec([None, 9]", "TensorSpec([32, 9]", "test_06_tensorboard.py", "sizes"),
    ("06/model_logging.py", "histogram_freq=5", "histogram_freq=0", "test_06.py", "every_five"),
    ("06/visualize_training.py", "shutil.rmtree(run)", "pass", "test_06.py", "running_again"),
    ("06/visualize_training.py", "shutil.rmtree(run)", "shutil.rmtree(run.parent)", "test_06.py", "running_again"),
    ("06/visualize_training.py", "histogram_freq=5", "histogram_freq=0", "test_06_tensorboard.py", "histograms"),
    ("06/visualize_training.py", "Dense(nodes", "Dense(50", "test_06.py", "two_designs"),
    ("README.md", "3.91e-05\nAlways", "3.19e-03\nAlways", PAGES, "comes_out_again and train_model"),
    ("README.md", "$264,175.17\nNext", "$624,175.17\nNext", ROAD, "near_what_the_rule"),
    ("README.md", "epochs=50, shuffle=True, verbose=2)", "epochs=40, shuffle=True, verbose=2)", PAGES, "word_for_word and train"),
    ("README.md", "1,020 parameters", "1,050 parameters", PAGES, "claims_and_exercises and create"),
    ("README.md", "(img/scaling.png)", "(img/scalings.png)", PAGES, "lead_somewhere"),
    ("README.md", "(#behind-a-firewall)", "(#behind-the-firewall)", PAGES, "lead_somewhere"),
    ("run_course.py", 'names == ["all"]', 'names == ["everything"]', "test_run_course.py", ""),
    ("run_course.py", r"|ImportError: .*\binstall\b", "|ImportError", "test_run_course.py", "missing_package"),
    ("run_course.py", 'glob("[!.]*.py")', 'glob("*.py")', "test_run_course.py", "passed_over"),
    ("run_course.py", "except (OSError, UnicodeDecodeError)", "except OSError", "test_run_course.py", "passed_over"),
    ("03/preprocess_data.py", "rows.isna().any(axis=None) or", "False or", "test_situations.py", "preprocess_data"),
    ("03/preprocess_data.py", "not isinstance(rows.index, pd.RangeIndex)", "False", "test_situations.py", "preprocess_data"),
    ("04/predict.py", "games.isna().any(axis=None) or", "False or", "test_situations.py", "04/predict"),
    ("04/load_saved_model.py", "not isinstance(games.index, pd.RangeIndex)", "False", "test_situations.py", "load_saved"),
    ("04/train_model.py", "y_train.mean()", "0", ROAD, "training_prints"),
    ("06/visualize_training.py", "validation_split=0.2", "validation_split=0.0002", "test_06.py", "a_fifth"),
    ("06/visualize_training.py", "validation_split=0.2", "validation_data=(X_train, y_train)", PAGES, "claims_and_exercises and visualize"),
    ("img/make_diagrams.py", "sales_data_training.csv\").head(6)", "sales_data_test.csv\").head(6)", "test_pictures.py", "today"),
    ("img/make_diagrams.py", "epochs = len(read(\"sales_data_training.csv\")), 32, 50", "epochs = len(read(\"sales_data_test.csv\")), 32, 50", "test_pictures.py", "today"),
    ("03/more/explore_layers.py", "4 * (16 * 32 + 32 * 32 + 32)", "3 * (16 * 32 + 32 * 32 + 32)", "test_03_more.py", "sixteen_layers"),
    ("03/more/explore_losses.py", "(1 - hit) * np.log(1 - p)", "hit * np.log(1 - p)", "test_03_more.py", "by_hand"),
    ("03/more/choose_backend.py", "limit = (6 /", "limit = (3 /", "test_03_more.py", "every_backend and tensorflow"),
    ("03/more/make_sales_data.py", "1.85 ** games", "1.58 ** games", "test_03_more.py", "to_the_byte"),
    ("03/more/make_sales_data.py", "LUCK = 10 ", "LUCK = 20 ", "test_03_more.py", "follow_the_rule"),
    ("04/labs/classify_iris.py", "train_size=60, stratify=iris.target, random_state=SEED", "train_size=60, random_state=SEED", "test_04_labs_digits.py", "iris"),
    ("04/labs/classify_iris.py", 'Dense(3, activation="softmax")', 'Dense(3, activation="sigmoid")', "test_04_labs_digits.py", "iris"),
    ("04/labs/classify_iris.py", "model.evaluate(X_test, Y_test", "model.evaluate(X_train, Y_train", "test_04_labs_digits.py", "iris"),
    ("04/labs/classify_hits.py", "COST_OF_MISS * misses + COST_OF_ALARM", "COST_OF_ALARM * misses + COST_OF_ALARM", "test_04_labs_tables.py", "counted_right"),
    ("04/labs/classify_hits.py", 'UNKNOWN = ["total_earnings", ', "UNKNOWN = [", PAGES, "comes_out_again and hits"),
    ("04/labs/classify_hits.py", "test[X.columns]", "test.drop(columns=UNKNOWN)", "test_04_labs_tables.py", "two_parts"),
    ("04/labs/classify_hits.py", "X[:700], X[700:]", "X[:700], X[:300]", "test_04_labs_tables.py", "two_parts"),
    ("04/labs/classify_iris.py", "flower.isna().any(axis=None)", "False", "test_situations.py", "classify_iris"),
    ("04/labs/classify_iris.py", "scaler = StandardScaler().fit(X_train)\nX_train", "scaler = StandardScaler().fit(flowers)\nX_train", "test_04_labs_digits.py", "scaler_learns"),
    ("04/labs/classify_digits.py", 'X_test.reshape(-1, 784).astype("float32") / WHITE', 'X_test.reshape(-1, 784).astype("float32")', "test_04_labs_digits.py", "test_digits"),
    ("04/labs/classify_digits.py", "validation_split=0.1", "validation_data=(X_test, Y_test)", "test_04_labs_digits.py", "test_digits"),
    ("04/labs/read_digit_photos.py", "round(down), round(across)", "round(across), round(down)", "test_04_labs_digits.py", "middle"),
    ("04/labs/forecast_sales.py", "slice(0, -156), slice(-156, -104)", "slice(0, None), slice(-156, -104)", "test_claims.py", "holds and forecast_sales"),
    ("04/labs/forecast_sales.py", "(scaled + 1) * mean[test]", "scaled * mean[test]", "test_claims.py", "holds and forecast_sales"),
    ("04/more/predict_your_game.py", '-add[earnings] / multiply_by', 'add[earnings] / multiply_by', "test_04_more_models.py", "scaling_inside"),
    ("04/more/predict_your_game.py", "unit_price=55.99", "unit_price=55.98", "test_04_more_models.py", "in_the_table"),
    ("04/more/predict_your_game.py", "scaler.fit_transform(training)", "scaler.fit(pd.concat([training, test])).transform(training)", "test_04_more_models.py", "scaling_inside"),
    ("04/more/inspect_saved_model.py", "np.maximum(values, 0)", "np.minimum(values, 0)", "test_04_more_models.py", "numpy_and_keras"),
    ("04/more/inspect_saved_model.py", "file.close()\n", "", "test_notebooks.py", "04/more"),
    ("04/more/rescue_old_model.py", "kinds[call[0]] in (", "kinds[call[0]] not in (", "test_04_more_models.py", "weights_say"),
    ("04/more/rescue_old_model.py", '{"scale": 0.2, "offset": 0.5}', '{"scale": 1 / 6, "offset": 0.5}', "test_04_more_models.py", "weights_say"),
    ("04/more/rescue_old_model.py", '"reset_after": False', '"reset_after": True', "test_04_more_models.py", "weights_say"),
    ("04/more/what_fit_does.py", "assign_sub(RATE * gradient)", "assign_add(RATE * gradient)", "test_04_more_compare.py", "come_to_one_loss"),
    ("04/more/compare_networks.py", 'table["validation"][:', 'table["test"][:', "test_04_more_compare.py", "no_say"),
    ("04/more/compare_optimizers.py", "keras.utils.set_random_seed(SEED)", "keras.utils.set_random_seed(int(1000 * rate))", "test_04_more_compare.py", "same_weights"),
    ("04/more/compare_networks.py", "X_train, y_train = X_train[:800], y_train[:800]\n", "", "test_04_more_compare.py", "two_parts"),
    ("04/more/compare_optimizers.py", "X_train, y_train = X_train[:800], y_train[:800]\n", "", "test_04_more_compare.py", "two_parts"),
    ("04/more/keep_the_best.py", "X[800:], y[:800], y[800:]", "X[:200], y[:800], y[:200]", "test_04_more_compare.py", "two_parts"),
    ("04/more/stop_in_time.py", "pixels[150:300], pixels[300:]\ny_train, y_val, y_test = digits[:150], digits[150:300]", "pixels[:150], pixels[300:]\ny_train, y_val, y_test = digits[:150], digits[:150]", "test_claims.py", "holds and stop_in_time"),
    ("04/more/stop_in_time.py", 'callbacks=[stopping] if stop else []', "callbacks=[]", "test_claims.py", "holds and stop_in_time"),
    ("04/more/keep_the_best.py", 'load_model(HERE / "latest.keras")\nprint', 'load_model(HERE / "latest.keras", compile=False)\nprint', "test_claims.py", "holds and keep_the_best"),
    ("04/more/which_features_matter.py", "mixed.to_numpy()", "mixed", "test_04_more_compare.py", "importance"),
    ("04/your_table/prepare_table.py", "known = cells[training_rows]", "known = cells", "test_04_your_table.py", "training_rows_alone"),
    ("04/your_table/prepare_table.py", "(known.max() - known.min()) > 5", "(known.max() - known.min()) > 5000", "test_04_your_table.py", "row_numbers"),
    ("04/your_table/prepare_table.py", "elif commas > points + others:", "elif False:", "test_04_your_table.py", "other_decimal_sign"),
    ("04/your_table/train_table.py", "keep_default_na=False)\ntest", ")\ntest", "test_04_your_table.py", "very_answers"),
    ("04/your_table/train_table.py", "answers = {name: outputs[:, place]", "answers = {name: outputs[:, -place]", "test_04_your_table.py", "very_answers"),
    ("04/your_table/predict_table.py", "(units == unit) | (units == \"\")", "units == units", "test_04_your_table.py", "very_answers"),
    ("04/your_table/prepare_table.py", "answers.drop(test_rows).sample", "answers.sample", "test_04_your_table.py", "as_they_were_meant"),
    ("04/your_table/prepare_table.py", "tell > 0.05 * sum(either)", "tell > 0", "test_04_your_table.py", "one_odd_cell"),
    ("04/your_table/prepare_table.py", "distance > others.max() - others.min()", "distance < 0", "test_situations.py", "prepare_table"),
    ("04/your_table/prepare_table.py", "if answers[filled.index].nunique() == 1:", "if False:", "test_situations.py", "prepare_table"),
    ("04/your_table/train_table.py", "Normalization(mean=training[name].mean()", "Normalization(mean=pd.concat([training, test])[name].mean()", "test_04_your_table.py", "layers_encode"),
    ("04/your_table/train_table.py", "enumerate(classes)}", "enumerate(classes[::-1])}", "test_04_your_table.py", "very_answers and classes"),
    ("04/your_table/predict_table.py", 'column["gaps"] != "0"', 'column["gaps"] != ""', "test_04_your_table.py", "very_answers and amounts"),
    ("04/your_table/predict_table.py", ", strict=True)\n    rows, lines", ")\n    rows, lines", "test_04_your_table.py", "letter"),
    ("04/scaling/train_faster.py", "BATCH = 32", "BATCH = 320", "test_04_scaling.py", "same_test_mse"),
    ("04/scaling/train_on_big_data.py", "random.permutation(np.concatenate(waiting))\n                half", "np.concatenate(waiting)\n                half", "test_04_scaling_big_data.py", "comes_once"),
    ("04/scaling/train_on_big_data.py", "(1 / deviation)[:-1].tolist(), (-mean / deviation)[:-1]", "(1 / deviation)[:-1].tolist(), (mean / deviation)[:-1]", "test_04_scaling_big_data.py", "takes_rows"),
    ("04/scaling/train_on_big_data.py", "column.whole and (unnamed or unlike_chance)", "column.whole and unnamed", "test_04_scaling_big_data.py", "row_number_is"),
    ("04/scaling/train_on_big_data.py", "column.by_chance > 10 and", "column.by_chance > 1e9 and", "test_04_scaling_big_data.py", "kind"),
    ("04/scaling/train_on_big_data.py", "column.for_people > cells / 100 or ", "", "test_situations.py", "train_on_big_data"),
    ("04/scaling/train_on_big_data.py", "place < share)", "place < share / 2)", "test_04_scaling_big_data.py", "spread"),
    ("04/scaling/train_on_big_data.py", "* 2_654_435_769", "* 1", "test_04_scaling_big_data.py", "spread"),
    ("04/scaling/train_on_big_data.py", "name[0] in \"._\"", "name[0] in \"_\"", "test_04_scaling_big_data.py", "folder"),
    ("04/scaling/train_on_big_data.py", "if file.is_file()]", "]", "test_situations.py", "train_on_big_data"),
    ("04/scaling/train_on_big_data.py", "file.name.lower().endswith", "file.name.endswith", "test_situations.py", "train_on_big_data"),
    ("04/scaling/train_on_devices.py", "[half, half]", "[half]", "test_04_scaling_devices.py", "look_at_the_batch"),
    ("04/scaling/train_on_machines.py", "mine = batch[rank::machines]", "mine = batch[: step // machines]", "test_04_scaling_machines.py", "two_ranks"),
    ("04/scaling/train_on_machines.py", "set_random_seed(7)", "set_random_seed(7 + rank)", "test_04_scaling_machines.py", "two_ranks"),
    ("04/scaling/train_on_machines.py", 'SALES / "sales_data_test.csv"', 'SALES / "sales_data_training.csv"', "test_04_scaling_machines.py", "stars"),
    ("04/scaling/train_on_spark.py", 'field.name.lower() == "prediction"', 'field.name == "prediction"', "test_04_scaling_spark.py", "seen_in_the_columns"),
    ("04/scaling/train_on_spark.py", '"enforceSchema": False, ', "", "test_04_scaling_spark.py", "seen_in_the_columns"),
    ("04/scaling/train_on_spark.py", "F.array(columns[:-1])", "F.array(columns[-2::-1])", "test_04_scaling_spark.py", "on_this_machine"),
    ("04/scaling/export_model.py", "training=False)", "training=None)", "test_04_scaling_export.py", "each_kind and turned"),
    ("04/scaling/export_model.py", 'table[[tensor.name]]', 'table.iloc[:, [len(rows)]]', "test_04_scaling_export.py", "each_kind and table"),
    ("04/scaling/export_model.py", 'layers.Rescaling(features["multiply_by"].tolist(), features["add"].tolist()),', "", "test_04_scaling_export.py", "every_test_game"),
    ("04/scaling/export_model.py", "given = keras.tree.pack_sequence_as(model.input, inputs)", "given = inputs", "test_04_scaling_export.py", "each_kind and table"),
    ("04/scaling/predict_without_keras.py", 'encoding="utf-8-sig"', 'encoding="utf-8"', "test_04_scaling_export.py", "mark_at_the_start"),
    ("04/scaling/predict_without_keras.py", "for column in columns])", "for column in row])", "test_04_scaling_export.py", "mark_at_the_start"),
    ("04/scaling/predict_without_keras.py", "(OSError, UnicodeError, csv.Error)", "OSError", "test_04_scaling_export.py", "wrong_table"),
    ("04/scaling/serve_model.py", "strict=True, ", "", "test_04_scaling_export.py", "wrong_game"),
    ("04/scaling/serve_model.py", "Field(ge=2, le=5,", "Field(ge=2, le=50,", "test_04_scaling_export.py", "wrong_game"),
    ("04/scaling/serve_model.py", 'not kind.startswith("application/json")', "False", "test_04_scaling_export.py", "does_not_say"),
    ("04/scaling/serve_model.py", 'if request.method == "POST" and length is None', "if False", "test_04_scaling_export.py", "without_a_length"),
    ("04/scaling/predict_without_keras.py", "            if None in row:\n", "            if False:\n", "test_04_scaling_export.py", "wrong_table"),
    ("04/scaling/serve_model.py", 'extra="forbid", ', "", "test_04_scaling_export.py", "wrong_game or fuzzed"),
    ("04/scaling/serve_model.py", "getattr(game, column) for column in columns", "getattr(game, column) for column in reversed(columns)", "test_04_scaling_export.py", "one_game_and_many"),
    ("05/more/model_zoo.py", "layers.Conv2D, layers.DepthwiseConv2D, ", "layers.Conv2D, ", "test_05_more.py", "chosen_networks"),
    ("05/more/bring_weights.py", "[mine[0].transpose(2, 3, 0, 1)]", "[mine[0].transpose(3, 2, 0, 1)]", "test_05_more.py", "those_of_pytorch"),
    ("05/more/bring_weights.py", "offset=-127 / 128", "offset=-1", "test_05_more.py", "those_of_pytorch"),
    ("05/more/bring_weights.py", "epsilon=0.001", "epsilon=0.00001", "test_05_more.py", "those_of_pytorch"),
    ("05/more/bring_weights.py", "ReLU(max_value=6)", "ReLU()", "test_05_more.py", "those_of_pytorch"),
    ("05/image_recognition.py", "resnet50.preprocess_input(batch)", "batch / 255", "test_05_more.py", "the_way_in"),
    ("05/your_pictures/prepare_pictures.py", "ImageOps.exif_transpose(opened)", "opened", "test_05_your_pictures.py", "person_sees_it"),
    ("05/your_pictures/prepare_pictures.py", 'Image.new("RGBA", small.size, "white")', 'Image.new("RGBA", small.size, "black")', "test_05_your_pictures.py", "person_sees_it"),
    ("05/your_pictures/prepare_pictures.py", "HIDDEN = (\".\", \"@\", \"__\")", "HIDDEN = (\".\", \"__\")", "test_05_your_pictures.py", "understood"),
    ("05/your_pictures/prepare_pictures.py", "find_parts(found.folders) if look_for_parts else []", "[]", "test_05_your_pictures.py", "understood"),
    ("05/your_pictures/prepare_pictures.py", "    if learn and judge:", "    if False:", "test_05_your_pictures.py", "understood"),
    ("05/your_pictures/prepare_pictures.py", 'FOR_TRAINING = ("train",)', 'FOR_TRAINING = ("fold",)', "test_05_your_pictures.py", "understood"),
    ("05/your_pictures/prepare_pictures.py", "len(parts) > 2 and 2 *", "len(parts) > 9 and 2 *", "test_05_your_pictures.py", "understood"),
    ("05/your_pictures/prepare_pictures.py", "ALIKE = 8", "ALIKE = 0", "test_05_your_pictures.py", "another_size"),
    ("05/your_pictures/prepare_pictures.py", "if first in groups and np.abs(looks[first] - looks[place]).max() <= ALIKE:", "if first in groups:", "test_05_your_pictures.py", "another_size"),
    ("05/your_pictures/prepare_pictures.py", "key=training_and_large", "key=str", "test_05_your_pictures.py", "another_size"),
    ("05/your_pictures/prepare_pictures.py", "    except OSError as problem:  # a", "    except ZeroDivisionError as problem:  # a", "test_situations.py", "your_pictures"),
    ("05/your_pictures/fine_tune.py", "crop_to_aspect_ratio=True", "crop_to_aspect_ratio=False", "test_05_your_pictures.py", "asked"),
    ("05/your_pictures/recognize_your_pictures.py", "smart_resize(numbers, (side, side))", "smart_resize(numbers / 255, (side, side))", "test_05_more.py", "without_a_download"),
    ("05/your_pictures/README.md", " - seashore: 80.21%", " - seashore: 60.21%", "test_05_more.py", "without_a_download"),
    ("05/your_pictures/prepare_pictures.py", "if len(labels) == 1:", "if labels:", "test_05_your_pictures.py", "copies"),
    ("05/your_pictures/prepare_pictures.py", "return opened.info.get(\"comment\") == NOTE", "return True", "test_05_your_pictures.py", "second_run"),
    ("05/your_pictures/fine_tune.py", "        layer.trainable = False", "        layer.trainable = True", "test_05_your_pictures.py", "own_classes"),
    ("05/your_pictures/fine_tune.py", "json.dumps(names)", "json.dumps(names[::-1])", "test_05_your_pictures.py", "own_classes"),
    ("05/your_pictures/classify_pictures.py", "smart_resize(numbers, (side, side))", "smart_resize(numbers / 255, (side, side))", "test_05_your_pictures.py", "asked"),
    ("05/your_pictures/recognize_your_pictures.py", "resnet50.preprocess_input(batch)", "batch", "test_05_your_pictures.py", "likelihoods and tensorflow"),
    ("06/more/plot_history.py", "validation_split=0.2", "validation_split=0.9", "test_06_more.py", "fall"),
    ("06/more/plot_history.py", "validation_split=0.2", "validation_data=(X_train, y_train)", PAGES, "claims_and_exercises and plot_history"),
    ("06/more/plot_model.py", 'layers.Dense(100, activation="relu", name="layer_2")', 'layers.Dense(100, name="layer_2")', "test_06_more.py", "network"),
    ("04/your_table/prepare_table.py", "(numbers != 0).sum() > FEWEST_ROWS", "False", "test_situations.py", "prepare_table"),
    ("04/your_table/prepare_table.py", "if small > MOST_BELOW_THE_AVERAGE:", "if False:", "test_situations.py", "prepare_table"),
    ("04/your_table/train_table.py", "if not columns[\"kind\"].isin(KINDS).all():", "if False:", "test_04_your_table.py", "very_answers and classes"),
    ("04/your_table/predict_table.py", "column[\"kind\"] == \"numbers\" or column[\"lowest\"]", "column[\"kind\"] == \"numbers\"", "test_04_your_table.py", "very_answers and classes"),
    ("05/your_pictures/prepare_pictures.py", "score = len(alike), len(wanted) > 1", "score = len(alike), True", "test_05_your_pictures.py", "understood"),
    ("05/your_pictures/prepare_pictures.py", "return called_so, [part", "return called_so[:1], [part", "test_05_your_pictures.py", "understood"),
    ("05/your_pictures/fine_tune.py", "base.trainable = False", "base.trainable = True", "test_05_your_pictures.py", "own_classes"),
    ("04/more/README.md", "Game 1: predicted earnings $262,692.38", "Game 1: predicted earnings $626,692.38", PAGES, "comes_out_again and predict_your_game"),
    ("04/more/README.md", "04/more/keep_the_best.py; numbers within a factor of 10", "04/more/keep_the_best.py; numbers vary", PAGES, "bound"),
]  # fmt: skip


def caught(mutant):
    """Return "yes" if a test fails in a copy of the course with one text changed, else "NO"."""
    name, old, new, guard, words = mutant
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "course"
        files = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for file in files:
            if (ROOT / file).exists():
                (copy / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / file, copy / file)
        text = (copy / name).read_text(encoding="utf-8")
        assert old in text, f"{name} no longer has {old!r}"
        (copy / name).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
        if name.startswith("0") and name.endswith(".py"):  # a page that shows the old line is none
            refresh = [sys.executable, "tests/update_pages.py", "excerpts"]
            subprocess.run(refresh, cwd=copy, capture_output=True, check=True)
        command = [sys.executable, "-m", "pytest", "--long", "-n", "0", "-x", f"tests/{guard}"]
        done = subprocess.run(
            [*command, *(["-k", words] if words else [])],
            cwd=copy,
            env=os.environ | {"COURSE_TESTS": ""},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode in (0, 1), done.stdout[-1500:]  # 5: no test has these words
    return "yes" if done.returncode else "NO"


def main(only):
    lines = ["# Careless changes, and whether a test sees them", ""]
    lines += ["| file | changed | into | guarded by | caught |", "|---|---|---|---|---|"]
    known, wanted, rows = {}, [], []
    if TABLE.exists():
        for line in TABLE.read_text(encoding="utf-8").splitlines()[4:]:
            known[line.rpartition(" | ")[0]] = line
    for mutant in MUTANTS:
        name, old, new, guard, _ = mutant
        cells = [f"`{' '.join(text.split())}`".replace("|", "\\|") for text in (name, old, new)]
        row = f"| {' | '.join(cells)} | `{guard}`"
        is_open = "| yes |" not in known.get(row, "")
        if not only or name.startswith(tuple(only)) or (only == ["open"] and is_open):
            wanted.append((row, mutant))
        rows.append(row)
    with ThreadPoolExecutor(3) as pool:
        for (row, _), verdict in zip(wanted, pool.map(caught, [m for _, m in wanted]), strict=True):
            known[row] = f"{row} | {verdict} |"
            print(known[row], flush=True)
            whole = lines + [known.get(row, f"{row} | not run |") for row in rows]
            TABLE.write_text("\n".join(whole) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
