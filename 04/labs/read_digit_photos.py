"""Read photos of digits, and your own: a network needs pictures like those it has learned from.

Chapter 4, labs, script 6.
Reads:  digits_conv.keras
Writes: nothing
Prints: what becomes of photos as they are, inverted and prepared; then what your photos show
After:  classify_digits_conv.py

    python 04/labs/read_digit_photos.py my_digit.jpg
"""

import argparse
import sys
from pathlib import Path

import keras
import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).resolve().parent  # the folder of this script
WHITE = 255  # the brightest pixel; 0 is black
FAINT = 30  # ink that differs less from the paper is none


def main():
    parser = argparse.ArgumentParser(description="Read photos of handwritten digits.")
    parser.add_argument("photos", nargs="*", type=Path, help="a PNG or JPEG file of one digit")
    own_photos = parser.parse_args().photos

    # 1. Load the network of classify_digits_conv.py, and 500 test pictures that it did not learn.
    model = keras.saving.load_model(HERE / "digits_conv.keras")
    _, (X_test, y_test) = keras.datasets.mnist.load_data()
    digits, labels = X_test[:500], y_test[:500]

    # 2. Make photos of them: dark ink on white paper of 70 x 70 pixels, away from the middle.
    papers = WHITE - np.pad(digits, ((0, 0), (2, 40), (30, 12)))
    photos = [Image.fromarray(paper) for paper in papers]

    # 3. Read the photos in three ways.
    resized = np.array([resize(photo) for photo in photos])
    prepared = np.array([prepare(photo, "a test picture") for photo in photos])
    for way, pictures in [
        ("as they are", resized),
        ("inverted", 1 - resized),
        ("prepared", prepared),
    ]:
        probabilities = model.predict(pictures, verbose=0)
        accuracy = np.mean(probabilities.argmax(axis=1) == labels)
        print(f"Photos {way}: {accuracy:.1%} right")

    # 4. Read your own photos, and show in letters what the network gets of them.
    for path in own_photos:
        with Image.open(path) as photo:
            picture = prepare(photo, path)
            unprepared = resize(photo)
        for row in picture[:, :, 0]:
            print("".join(2 * " .:-=+*#%@"[int(pixel * 9)] for pixel in row).rstrip())
        careful, careless = model.predict(np.array([picture, unprepared]), verbose=0)
        print(f"{path.name}: this is a {careful.argmax()} ({careful.max():.0%})")
        print(f"    Without the preparation it would be read as a {careless.argmax()}")


def resize(photo):
    """Return a photo as 28 x 28 gray pixels from 0 to 1, without any care."""
    gray = photo.convert("L").resize((28, 28))  # L is Pillow's letter for 8 bits of gray
    return np.array(gray, dtype="float32")[:, :, None] / WHITE


def prepare(photo, name):
    """Bring a photo to what MNIST looks like: white on black, 20 pixels large, in the middle."""
    # 5. Gray, turned as the phone was held. What is transparent becomes gray, so that
    #    black ink and white ink both differ from it.
    if photo.mode.startswith(("I", "F")):  # Pillow's letters for more than 8 bits of gray
        sys.exit(f"{name} has more than 8 bits in a pixel. Save it as an ordinary PNG or JPEG.")
    photo = ImageOps.exif_transpose(photo).convert("RGBA")
    background = Image.new("RGBA", photo.size, "gray")
    gray = np.array(Image.alpha_composite(background, photo).convert("L"), dtype="float32")

    # 6. Ink is what differs from the border, whether dark on white or white on dark.
    border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    ink = np.abs(gray - np.median(border))
    if ink.max() < FAINT:
        sys.exit(f"{name} shows nothing that stands out from its border. Write with a thick pen.")

    # 7. What has less than a third of the strongest ink is grain of the paper, or a shadow.
    ink[ink < ink.max() / 3] = 0

    # 8. Cut the digit out, and scale its longer side to 20 pixels.
    ink = Image.fromarray((ink / ink.max() * WHITE).astype("uint8"))
    left, top, right, bottom = ink.getbbox()  # the smallest rectangle around the ink
    side = max(right - left, bottom - top)
    digit = ink.crop((left, top, left + side, top + side)).resize((20, 20))

    # 9. Move the middle of its ink to the middle of 28 x 28 pixels.
    picture = np.pad(np.array(digit, dtype="float32"), 4)  # 4 + 20 + 4 = 28
    rows, columns = np.indices(picture.shape)
    down = 14 - (rows * picture).sum() / picture.sum()
    across = 14 - (columns * picture).sum() / picture.sum()
    picture = np.roll(picture, (round(down), round(across)), axis=(0, 1))
    return picture[:, :, None] / picture.max()


if __name__ == "__main__":
    main()
