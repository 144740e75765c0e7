"""The image data sets that can be trained on, each described by plain values."""

from __future__ import annotations

import string
from dataclasses import dataclass

from playground.data.errors import DataError


@dataclass(frozen=True)
class DownloadFile:
    """One file that a data set is downloaded as, with its size in bytes."""

    name: str
    size: int


@dataclass(frozen=True)
class DatasetInfo:
    """What is known about a data set before any of it is read.

    `image_shape` is `(C, H, W)`; `mean` and `std` are those of the training pixels, one per channel, on the
    scale where black is 0 and white is 1.
    """

    name: str
    label: str
    description: str
    classes: tuple[str, ...]
    image_shape: tuple[int, int, int]
    train_size: int
    test_size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    statistics_source: str
    source: str
    licence: str
    torchvision_class: str
    torchvision_arguments: tuple[tuple[str, str], ...] = ()
    """Further keyword arguments of the torchvision class, such as EMNIST's `split`."""
    downloads: tuple[DownloadFile, ...] = ()
    """What is fetched; nothing if the data set is bundled."""
    files: tuple[str, ...] = ()
    """The unpacked files, relative to the data set's folder; nothing if it is bundled."""
    unpack_folder: str = ""
    """Where the downloaded files are unpacked to, relative to the data set's folder."""
    train_class_sizes: tuple[int, ...] = ()
    """How many training images each class has; nothing if all have equally many."""
    transposed: bool = False
    """Whether the files store each image with rows and columns swapped."""

    @property
    def is_bundled(self) -> bool:
        """Whether the data set comes with the project, so that nothing has to be downloaded."""
        return not self.downloads

    @property
    def download_size(self) -> int:
        """How many bytes a download fetches."""
        return sum(file.size for file in self.downloads)

    def class_size(self, number: int) -> int:
        """How many training images the class of this number has."""
        return self.train_class_sizes[number] if self.train_class_sizes else self.train_size // len(self.classes)

    def size(self, *, train: bool) -> int:
        """How many images the training or the test set has."""
        return self.train_size if train else self.test_size


def dataset_info(name: str) -> DatasetInfo:
    """The entry of that name; DataError if there is none."""
    if name not in DATASETS:
        raise DataError(f"There is no data set {name!r}; choose one of {', '.join(DATASETS)}.")
    return DATASETS[name]


_PUBLISHED_STATISTICS = "the figures that published PyTorch examples use for this set; not recomputed here"
_IDX_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


def _idx_downloads(*sizes: int) -> tuple[DownloadFile, ...]:
    return tuple(DownloadFile(f"{name}.gz", size) for name, size in zip(_IDX_NAMES, sizes, strict=True))


_MNIST = DatasetInfo(
    name="mnist",
    label="MNIST",
    description="Handwritten digits, 28 x 28 grey values; comes with the playground.",
    classes=tuple(string.digits),
    image_shape=(1, 28, 28),
    train_size=60_000,
    test_size=10_000,
    mean=(0.1307,),
    std=(0.3081,),
    statistics_source="computed from the 60,000 training images, to four digits; a test repeats it",
    source="http://yann.lecun.com/exdb/mnist/",
    licence="CC BY-SA 3.0, as commonly stated",
    torchvision_class="MNIST",
    train_class_sizes=(5_923, 6_742, 5_958, 6_131, 5_842, 5_421, 5_918, 6_265, 5_851, 5_949),
)

_FASHION_MNIST = DatasetInfo(
    name="fashion_mnist",
    label="Fashion-MNIST",
    description="Photographs of clothing, 28 x 28 grey values; harder than digits at the same size.",
    classes=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    image_shape=(1, 28, 28),
    train_size=60_000,
    test_size=10_000,
    mean=(0.2860,),
    std=(0.3530,),
    statistics_source=_PUBLISHED_STATISTICS,
    source="https://github.com/zalandoresearch/fashion-mnist",
    licence="MIT",
    torchvision_class="FashionMNIST",
    downloads=_idx_downloads(26_421_880, 29_515, 4_422_102, 5_148),
    files=tuple(f"FashionMNIST/raw/{name}" for name in _IDX_NAMES),
    unpack_folder="FashionMNIST/raw",
)

_KMNIST = DatasetInfo(
    name="kmnist",
    label="Kuzushiji-MNIST",
    description="Ten cursive Japanese characters, 28 x 28 grey values.",
    classes=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    image_shape=(1, 28, 28),
    train_size=60_000,
    test_size=10_000,
    mean=(0.1918,),
    std=(0.3483,),
    statistics_source=_PUBLISHED_STATISTICS,
    source="http://codh.rois.ac.jp/kmnist/",
    licence="CC BY-SA 4.0",
    torchvision_class="KMNIST",
    downloads=_idx_downloads(18_165_135, 29_497, 3_041_136, 5_120),
    files=tuple(f"KMNIST/raw/{name}" for name in _IDX_NAMES),
    unpack_folder="KMNIST/raw",
)

_EMNIST = DatasetInfo(
    name="emnist",
    label="EMNIST (balanced)",
    description="Handwritten digits and letters, 47 equally large classes, 28 x 28 grey values.",
    # Capital and small letters that look alike are one class, so only these small ones have their own.
    classes=(*string.digits, *string.ascii_uppercase, *"abdefghnqrt"),
    image_shape=(1, 28, 28),
    train_size=112_800,
    test_size=18_800,
    mean=(0.1751,),
    std=(0.3332,),
    statistics_source=_PUBLISHED_STATISTICS,
    source="https://www.nist.gov/itl/products-and-services/emnist-dataset",
    licence="derived from NIST Special Database 19; no licence is stated",
    torchvision_class="EMNIST",
    torchvision_arguments=(("split", "balanced"),),
    downloads=(DownloadFile("gzip.zip", 561_753_746),),
    files=tuple(
        f"EMNIST/raw/emnist-balanced-{part}-{kind}-ubyte"
        for part in ("train", "test")
        for kind in ("images-idx3", "labels-idx1")
    ),
    unpack_folder="EMNIST/raw",
    transposed=True,
)

_CIFAR10 = DatasetInfo(
    name="cifar10",
    label="CIFAR-10",
    description="Colour photographs of ten kinds of animals and vehicles, 32 x 32 pixels.",
    classes=(
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    ),
    image_shape=(3, 32, 32),
    train_size=50_000,
    test_size=10_000,
    mean=(0.4914, 0.4822, 0.4465),
    std=(0.2470, 0.2435, 0.2616),
    statistics_source=_PUBLISHED_STATISTICS,
    source="https://www.cs.toronto.edu/~kriz/cifar.html",
    licence="no licence is stated; cite A. Krizhevsky, Learning Multiple Layers of Features (2009)",
    torchvision_class="CIFAR10",
    downloads=(DownloadFile("cifar-10-python.tar.gz", 170_498_071),),
    files=tuple(
        f"cifar-10-batches-py/{name}"
        for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch", "batches.meta")
    ),
)

DATASETS: dict[str, DatasetInfo] = {info.name: info for info in (_MNIST, _FASHION_MNIST, _KMNIST, _EMNIST, _CIFAR10)}
