"""Publication: the gate, the public site, packs, feeds and search. Public pages read Editions, never drafts."""
