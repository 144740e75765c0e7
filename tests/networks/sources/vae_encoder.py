"""The half of a variational autoencoder that makes a mean and a variance of an image."""

import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, latent_dim=16, hidden_dims=None):
        super().__init__()
        if hidden_dims is None:
            hidden_dims = [8, 16, 32]
        modules = []
        in_channels = 1
        for h_dim in hidden_dims:
            modules.append(
                nn.Sequential(
                    nn.Conv2d(in_channels, out_channels=h_dim, kernel_size=3, stride=2, padding=1),
                    nn.BatchNorm2d(h_dim),
                    nn.LeakyReLU(0.2),
                )
            )
            in_channels = h_dim
        self.encoder = nn.Sequential(*modules)
        self.fc_mu = nn.Linear(hidden_dims[-1] * 4 * 4, latent_dim)
        self.fc_var = nn.Linear(hidden_dims[-1] * 4 * 4, latent_dim)
        for m in self.modules():
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                nn.init.xavier_uniform_(m.weight)
                if m.bias is not None:
                    m.bias.data.fill_(0.01)

    def forward(self, x):
        result = self.encoder(x)
        result = torch.flatten(result, start_dim=1)
        mu, log_var = self.fc_mu(result), self.fc_var(result)
        return mu, log_var


batch = torch.rand(2, 1, 28, 28)
