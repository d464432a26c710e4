"""Sixteen people write in the same minutes while servers are killed and replies are lost. Is every word there?

`make chaos` asks. Editors save through the address that the browser uses, of the server that `make run` starts, on a
database file and on PostgreSQL. A killer ends web workers, the web master and PostgreSQL with SIGKILL and looks that the
process is gone. A checker then reads every version that was kept. It must find nothing wrong, and it must find a great
deal wrong with two servers that were spoilt on purpose.
"""
