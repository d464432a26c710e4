"""Search: one language of questions over two indexes, the public's and the staff's, on either database."""
