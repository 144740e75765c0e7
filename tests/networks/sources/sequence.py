import torch
from torch import nn


class Tagger(nn.Module):
    def __init__(self, hidden: int = 12):
        super().__init__()
        self.lstm = nn.LSTM(6, hidden, batch_first=True, bidirectional=True)
        self.attention = nn.MultiheadAttention(2 * hidden, 4, batch_first=True)
        self.norm = nn.LayerNorm(2 * hidden)
        self.out = nn.Linear(2 * hidden, 3)

    def forward(self, x):
        out, (hidden, cell) = self.lstm(x)
        attended, _ = self.attention(out, out, out)
        out = self.norm(out + attended)
        return self.out(out[:, -1, :])


example = torch.randn(2, 7, 6)
