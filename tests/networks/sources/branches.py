import torch
from torch import nn


class Branches(nn.Module):
    def __init__(self, channels=4):
        super().__init__()
        self.choices = nn.ModuleDict(
            {
                "left": nn.Conv2d(channels, 2, 1),
                "right": nn.Sequential(nn.Conv2d(channels, 3, 3, padding="same"), nn.Tanh()),
            }
        )
        self.rest = nn.ModuleList([nn.Conv2d(channels, 1, 1) for _ in range(3)])
        self.shared = nn.Conv2d(8, 8, 3, padding=1)

    def forward(self, x):
        left = self.choices["left"](x)
        outputs = [left, self.choices["right"](x)]
        for index, layer in enumerate(self.rest):
            outputs.append(layer(x) * (index + 1) - 0.5)
        x = torch.cat(outputs, 1)
        x = self.shared(x)
        x = self.shared(torch.relu(x))
        a, b = x.chunk(2, dim=1)
        return a * torch.sigmoid(b) + a.mean(dim=(2, 3), keepdim=True)


batch = torch.zeros((2, 4, 6, 6))
