-- What the caller's INVITE said of its protocol and identity (spec B.10); null in older rows.
alter table cdr add column protocol text, add column p_asserted_id text, add column remote_party_id text;
alter table journal add column protocol text, add column p_asserted_id text, add column remote_party_id text;
