"""Where the images are, and how folders become classes."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from brevviz.recipe.address import check_endpoint, check_uri
from brevviz.recipe.sections.section import Section
from brevviz.recipe.sections.values import ClassMapping, Names, Pattern

__all__ = ["Source"]


class Source(Section):
    """Where the images are, and how folders become classes.

    No field can hold a secret: `profile` names credentials that live elsewhere.
    """

    uri: Annotated[str, Field(min_length=1, max_length=4096)]
    """`s3://bucket/prefix`, `file:///folder`, or the path of a folder."""
    endpoint: str | None = None
    """S3 only: `https://host[:port]`; plain `http` to loopback only. None: AWS."""
    region: Annotated[str, Field(max_length=64)] | None = None
    """S3 only. None: asked of the server."""
    anonymous: bool = False
    """S3 only: sign nothing. For public buckets."""
    profile: Annotated[str, Field(max_length=128)] | None = None
    """S3 only: the name of a credentials profile. None: the environment's."""
    ca_file: Annotated[str, Field(max_length=4096)] | None = None
    """S3 only: PEM file of the authority that signed the endpoint's certificate."""
    sample_filter: Pattern = r"\.(bmp|gif|jpe?g|png)$"
    """Linear-time regex searched in the lower-cased key; what it finds is a sample."""
    class_mapping: ClassMapping = Field(default_factory=dict)
    """Folder name → class or classes. A folder not named here is its own class."""
    classes: Names | None = None
    """Keep only samples of these classes. None: all."""
    name: Annotated[str, Field(max_length=256)] = ""
    """Fills the column `dataset`."""
    id: Annotated[str, Field(max_length=256)] = ""
    """Fills the column `dataset_id`."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.anonymous and self.profile is not None:
            raise ValueError("profile: leave it out when anonymous is true")
        check_uri(self.uri)
        if self.endpoint is not None:
            check_endpoint(self.endpoint)
        return self
