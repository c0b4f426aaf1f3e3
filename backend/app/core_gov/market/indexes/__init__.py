"""Price indexes: estimated from sales or loaded from publishers' files, and the choice between them."""
