import torch
from torch import nn


class DoubleConv(nn.Sequential):
    def __init__(self, in_channels, out_channels):
        super().__init__(
            nn.Conv2d(in_channels, out_channels, 3, padding=1),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )


class Up(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.up = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)
        self.conv = DoubleConv(in_channels, out_channels)

    def forward(self, x, skip):
        x = self.up(x)
        return self.conv(torch.cat((skip, x), dim=1))


class UNet(nn.Module):
    def __init__(self, classes=2, features=(4, 8)):
        super().__init__()
        self.downs = nn.ModuleList()
        self.ups = nn.ModuleList()
        self.pool = nn.MaxPool2d(2)
        channels = 3
        for width in features:
            self.downs.append(DoubleConv(channels, width))
            channels = width
        self.bottom = DoubleConv(channels, channels * 2)
        self.ups.extend([Up(width * 2, width) for width in reversed(features)])
        self.final = nn.Conv2d(features[0], classes, kernel_size=1)

    def forward(self, x):
        skips = []
        for down in self.downs:
            x = down(x)
            skips.append(x)
            x = self.pool(x)
        x = self.bottom(x)
        for up, skip in zip(self.ups, skips[::-1]):
            x = up(x, skip)
        return self.final(x)


model = UNet()
out = model(torch.randn(1, 3, 16, 16))
