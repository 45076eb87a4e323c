"""The file formats that are let in, one module each: what their headers say and must not say."""
