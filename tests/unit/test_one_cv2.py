"""One OpenCV: a second distribution would put its files over those of the first."""

from importlib.metadata import distributions

import cv2


def test_exactly_one_distribution_provides_cv2():
    found = {
        one.metadata["Name"]
        for one in distributions()
        if any(path.parts[0] == "cv2" for path in one.files or ())
    }
    assert found == {"opencv-python"}


def test_it_is_the_one_that_is_imported():
    (provider,) = (one for one in distributions() if one.metadata["Name"] == "opencv-python")
    places = {provider.locate_file(path).resolve() for path in provider.files or ()}
    assert any(str(place) == cv2.__file__ for place in places)
    assert provider.version.startswith(cv2.__version__)
