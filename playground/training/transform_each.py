"""What a pipeline does to a batch: a plain function of torch and torchvision, which scripts contain as it is."""

import torch
from torchvision.transforms import v2
from torchvision.transforms.v2.functional import pil_to_tensor, to_pil_image


def transform_each(images: torch.Tensor, generator: torch.Generator, transform: v2.Compose) -> torch.Tensor:
    """Send each image `(C, H, W)` of a batch of uint8 through `transform`, with random numbers of its own."""
    seed = int(torch.randint(2**62, (1,), generator=generator, device=images.device))
    # What torchvision draws comes from torch's global generator of the CPU, which is as before afterwards.
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        transformed = [pil_to_tensor(transform(to_pil_image(image))) for image in images.cpu()]
    return torch.stack(transformed).to(images.device)
