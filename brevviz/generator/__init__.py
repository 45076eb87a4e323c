"""Samples, sampling and maps as batches for training."""

from brevviz.generator.data_generator import DataGenerator
from brevviz.generator.one_hot import OneHotEncoder
from brevviz.generator.report import EpochReport, Rejection

__all__ = ["DataGenerator", "EpochReport", "OneHotEncoder", "Rejection"]
