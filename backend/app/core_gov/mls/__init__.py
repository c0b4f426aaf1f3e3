"""Sales from an MLS: a client of RESO Web APIs (OData 4), and the sync that keeps a market in step with a feed."""
