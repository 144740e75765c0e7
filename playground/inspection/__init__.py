"""What a network is made of and costs, layer by layer."""

from playground.inspection.calculators.formulas import OutputFormula, output_formula
from playground.inspection.calculators.normalized import Normalization, normalization
from playground.inspection.calculators.window_positions import Maximum, Window, max_pooled, windows
from playground.inspection.graph.dataflow import DataFlow, data_flow
from playground.inspection.graph.graph_folding import FoldedGraph, folded_graph, graph_depth
from playground.inspection.layer_table.comparison import Comparison, RowPair, compare
from playground.inspection.layer_table.constructor_text import constructor, constructors, module_arguments
from playground.inspection.layer_table.folding import deepest, fold
from playground.inspection.layer_table.layer_details import LayerDetails, layer_details
from playground.inspection.layer_table.summary import Block, LayerRow, StoppedError, Summary, summarize
from playground.inspection.layer_table.torchinfo_text import torchinfo_text
from playground.inspection.receptive_field.receptive_field import ReceptiveField, receptive_fields, region
from playground.inspection.torchvision_models import TorchvisionModel, build_torchvision_model, torchvision_models
from playground.inspection.training_cost.batch_size import largest_batch
from playground.inspection.training_cost.epoch_time import EpochTime, seconds_per_epoch
from playground.inspection.training_cost.memory_budget import Budget, budget

__all__ = [
    "Block",
    "Budget",
    "Comparison",
    "DataFlow",
    "EpochTime",
    "FoldedGraph",
    "LayerDetails",
    "LayerRow",
    "Maximum",
    "Normalization",
    "OutputFormula",
    "ReceptiveField",
    "RowPair",
    "StoppedError",
    "Summary",
    "TorchvisionModel",
    "Window",
    "budget",
    "build_torchvision_model",
    "compare",
    "constructor",
    "constructors",
    "data_flow",
    "deepest",
    "fold",
    "folded_graph",
    "graph_depth",
    "largest_batch",
    "layer_details",
    "max_pooled",
    "module_arguments",
    "normalization",
    "output_formula",
    "receptive_fields",
    "region",
    "seconds_per_epoch",
    "summarize",
    "torchinfo_text",
    "torchvision_models",
    "windows",
]
