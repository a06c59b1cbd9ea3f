// Placeholder: replaced by the suite itself.
