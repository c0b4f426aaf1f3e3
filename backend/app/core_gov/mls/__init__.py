"""Sales from an MLS: a client for RESO Web APIs (OData 4), and the sync of a market with a feed."""
