"""The demonstration office: the facts of five public documents, in our own words.

Facts (names, posts, dates, figures, counts) are those of the documents; wording is ours. Whatever is invented says so in
its demonstration note. Every function may run again: it adds what is missing and changes nothing that is there.
"""
