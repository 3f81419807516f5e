"""What the house says and how it writes numbers and days: sentences, languages, formats."""
