"""Random changes of pictures: keys, the parameters drawn from them, and their application."""
