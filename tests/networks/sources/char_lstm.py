import torch
import torch.nn as nn


class CharLSTM(nn.Module):
    """Guesses the next character of a text, for every character."""

    def __init__(self, n_chars=50, embedding_dim=12, hidden_size=24, n_layers=2, drop_prob=0.5):
        super().__init__()
        self.hidden_size = hidden_size
        self.embedding = nn.Embedding(n_chars, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_size, n_layers, dropout=drop_prob, batch_first=True)
        self.dropout = nn.Dropout(drop_prob)
        self.fc = nn.Linear(hidden_size, n_chars)
        for name, param in self.lstm.named_parameters():
            if "bias" in name:
                nn.init.constant_(param, 0.0)
            elif "weight" in name:
                nn.init.xavier_normal_(param)

    def forward(self, x, hidden=None):
        embedded = self.embedding(x)
        r_output, hidden = self.lstm(embedded, hidden)
        out = self.dropout(r_output)
        # stack up the outputs of all steps
        out = out.contiguous().view(-1, self.hidden_size)
        return self.fc(out), hidden


if __name__ == "__main__":
    text = torch.randint(0, 50, (2, 20))
    print(CharLSTM()(text)[0].shape)
