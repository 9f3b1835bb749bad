"""The training of velib-lstm in PyTorch, on the same examples from the same first weights: with_pytorch.py FOLDER.

FOLDER holds examples.safetensors and weights.safetensors. Each line on standard input asks for one epoch; the answer is
one line of JSON with its seconds and its mean loss. One thread, and what people write: nn.LSTM, nn.Linear, AdamW.
"""

import json
import struct
import sys
import time
from pathlib import Path

import torch
from torch import Tensor, nn

BATCH = 256
COMPONENTS = 3
TARGETS = 2
PARAMETERS = 3
FURTHEST = 5.0
LONGEST_GRADIENT = 1.0
FIRST_LOG_SCALE, LOG_SCALE_STEP = -2.5, 1.0
LOG_SCALE = (-5.0, 2.0)


def read(path: Path) -> dict[str, Tensor]:
    """The arrays of a safetensors file, all of them 32-bit floats."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    data = torch.frombuffer(bytearray(content[8 + length :]), dtype=torch.float32)
    arrays = {}
    for name, told in header.items():
        if name != "__metadata__":
            start, end = (offset // 4 for offset in told["data_offsets"])
            arrays[name] = data[start:end].reshape(told["shape"]).clone()
    return arrays


class Member(nn.Module):
    """An LSTM over the hours, joined with the other features, two dense layers, and the mixtures' numbers."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        units, sequence = weights["lstm.weight_hh_l0"].shape[1], weights["lstm.weight_ih_l0"].shape[1]
        dense, joined = weights["first.weight"].shape
        self.lstm = nn.LSTM(sequence, units, batch_first=True)
        self.first = nn.Linear(joined, dense)
        self.second = nn.Linear(dense, dense)
        self.output = nn.Linear(dense + joined, weights["output.weight"].shape[0])
        self.load_state_dict(weights)

    def forward(self, sequence: Tensor, statics: Tensor) -> Tensor:
        _, (last, _) = self.lstm(sequence)
        joined = torch.cat([last[0], statics], 1)
        hidden = self.second(self.first(joined).relu()).relu()
        return self.output(torch.cat([hidden, joined], 1))


def log_likelihood(raw: Tensor, rows: dict[str, Tensor]) -> Tensor:
    """Of the counts under mixtures of logistic laws, rounded to counts and stopped at an empty and a full station."""
    unit, support = (rows[name].view(-1, 1, 1, 1) for name in ("unit", "support"))
    start = FIRST_LOG_SCALE + LOG_SCALE_STEP * torch.arange(COMPONENTS)
    logits, location, log_scale = raw.unbind(3)
    location = rows["origin"].view(-1, 1, TARGETS, 1) + unit * location
    scale = unit * (log_scale + start).clamp(*LOG_SCALE).exp()
    count = rows["counts"].unsqueeze(-1).minimum(support)
    above_empty, below_full = count > 0, count < support
    upper = nn.functional.logsigmoid((count + 0.5 - location) / scale) * below_full
    lower = nn.functional.logsigmoid(-(count - 0.5 - location) / scale) * above_empty
    between = (-(-scale.reciprocal()).expm1()).log() * (above_empty & below_full)
    return (logits.log_softmax(-1) + upper + lower + between).logsumexp(-1)


class Training:
    """The members, their optimiser and the examples."""

    def __init__(self, folder: Path) -> None:
        self.rows = read(folder / "examples.safetensors")
        weights = read(folder / "weights.safetensors")
        self.centre, self.scale = weights.pop("centre"), weights.pop("scale")
        members = sorted({name.split(".")[0] for name in weights}, key=int)
        self.members = nn.ModuleList(
            Member({name.split(".", 1)[1]: array for name, array in weights.items() if name.startswith(f"{at}.")})
            for at in members
        )
        self.optimiser = torch.optim.AdamW(self.members.parameters(), lr=1e-3, weight_decay=0.01)

    def epoch(self) -> float:
        """One step a batch over all examples in their order; the mean loss of a count."""
        total, rows = 0.0, len(self.rows["sequence"])
        for indices in torch.arange(rows).split(BATCH):
            losses = self.losses({name: array.index_select(0, indices) for name, array in self.rows.items()})
            self.optimiser.zero_grad()
            losses.sum().backward()
            nn.utils.clip_grad_norm_(self.members.parameters(), LONGEST_GRADIENT)
            self.optimiser.step()
            total += losses.mean().item() * len(indices)
        return total / rows

    def losses(self, rows: dict[str, Tensor]) -> Tensor:
        statics = ((rows["statics"] - self.centre) * self.scale).clamp(-FURTHEST, FURTHEST)
        horizons, known = rows["counts"].shape[1], rows["known"]
        shape = (-1, horizons, TARGETS, PARAMETERS, COMPONENTS)
        likelihoods = [log_likelihood(m(rows["sequence"], statics).view(shape), rows) for m in self.members]
        return torch.stack([-(each * known).sum() / known.sum().clamp_min(1.0) for each in likelihoods])


def main() -> None:
    torch.set_num_threads(1)
    training = Training(Path(sys.argv[1]))
    print(json.dumps({"version": torch.__version__}), flush=True)
    for _ in sys.stdin:
        since = time.perf_counter()
        loss = training.epoch()
        print(json.dumps({"seconds": time.perf_counter() - since, "loss": loss}), flush=True)


if __name__ == "__main__":
    main()
