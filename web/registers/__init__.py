"""Reading what village offices keep in Excel, and answering for every row of it."""
