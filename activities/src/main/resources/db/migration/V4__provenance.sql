-- A DSSE envelope in one line: text, since the signature is over these very bytes. NULL if the control plane has no key for it.
ALTER TABLE builds ADD COLUMN provenance text;
