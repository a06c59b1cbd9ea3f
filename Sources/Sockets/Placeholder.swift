// Placeholder: replaced by the layer itself.
