import copy
import torch
from torch import nn


class MlpBlock(nn.Module):
    def __init__(self, dim, hidden_dim):
        nn.Module.__init__(self)
        self.net = nn.Sequential(nn.Linear(dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, dim))

    def forward(self, x):
        return self.net(x)


class MixerBlock(nn.Module):
    def __init__(self, num_tokens, dim):
        super().__init__()
        self.token_norm, self.channel_norm = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.token_mix = MlpBlock(num_tokens, 4 * num_tokens)
        self.channel_mix = MlpBlock(dim, 4 * dim)

    def forward(self, x):
        y = self.token_norm(x)
        y = y.transpose(1, 2)
        y = self.token_mix(y)
        y = y.transpose(1, 2)
        x = x + y
        y = self.channel_norm(x)
        return x + self.channel_mix(y)


def clones(module, n):
    return nn.ModuleList([copy.deepcopy(module) for _ in range(n)])


class MLPMixer(nn.Module):
    def __init__(self, image_size=32, patch=8, dim=24, depth=3, num_classes=10):
        super().__init__()
        tokens = 1
        side = image_size
        while side > patch:
            side //= 2
            tokens *= 4
        self.stem = nn.Conv2d(3, dim, patch, stride=patch)
        self.blocks = clones(MixerBlock(tokens, dim), depth)
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.constant_(self.head.bias, -4.5)

    def forward(self, x):
        x = self.stem(x)
        b, c, h, w = x.shape
        x = x.view(b, c, h * w).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        return self.head(torch.mean(self.norm(x), dim=1))


x = torch.randn(2, 3, 32, 32)
