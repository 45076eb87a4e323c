"""Where images live: S3 or a folder, behind one small protocol."""

from brevviz.bucket.browse import Index
from brevviz.bucket.index import Changes, changes
from brevviz.bucket.indexing import index_source, list_source, load_index
from brevviz.bucket.inventory import InventoryStore
from brevviz.bucket.kept import is_worth_keeping, keep, kept
from brevviz.bucket.locate import encode
from brevviz.bucket.opening import ATTRIBUTE, Origin, access_of, open_store, reader
from brevviz.bucket.store import Head, Listing, Store
from brevviz.bucket.trial import Step, try_connection
from brevviz.bucket.trust import Agreements, agree, agreements, remember

__all__ = [
    "ATTRIBUTE",
    "Agreements",
    "Changes",
    "Head",
    "Index",
    "InventoryStore",
    "Listing",
    "Origin",
    "Step",
    "Store",
    "access_of",
    "agree",
    "agreements",
    "changes",
    "encode",
    "index_source",
    "is_worth_keeping",
    "keep",
    "kept",
    "list_source",
    "load_index",
    "open_store",
    "reader",
    "remember",
    "try_connection",
]
