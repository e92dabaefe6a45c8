"""Let a network that others trained, ResNet50, say what a picture shows.

Chapter 5, script 1.
Reads:  bay.jpg
Writes: nothing
Prints: the nine likeliest of the 1,000 classes that ResNet50 knows
"""

from pathlib import Path

import keras
import numpy as np
from keras.applications import resnet50

HERE = Path(__file__).resolve().parent  # the folder of this script

# 1. Load the network with the weights that it learned from 1.2 million pictures.
#    The first time, Keras downloads them: 98 MB.
model = resnet50.ResNet50(weights="imagenet")

# 2. Load the picture, at the size of the pictures that ResNet50 learned from.
picture = keras.utils.load_img(HERE / "bay.jpg", target_size=(224, 224))

# 3. Turn it into numbers: 224 rows, 224 columns, 3 colors, each from 0 to 255.
numbers = keras.utils.img_to_array(picture)

# 4. Make a batch of one: predict wants a batch of pictures, even for one picture.
batch = np.expand_dims(numbers, axis=0)

# 5. Prepare the colors as in the training: blue first, minus ImageNet's average color.
prepared = resnet50.preprocess_input(batch)

# 6. Predict: 1,000 likelihoods, one for each class.
predictions = model.predict(prepared, verbose=0)

# 7. Name the nine likeliest. [0] takes the answer for the first, and only, picture.
likeliest = resnet50.decode_predictions(predictions, top=9)[0]
print("This is a picture of:")
for _, name, likelihood in likeliest:  # _ is ImageNet's own code for the class
    print(f" - {name}: {likelihood:.2%}")
print("Next: chapter 6, model_logging.py")
