-- Nobody looks entries up by call (the CDR has the charge), or the switch's own books by time.
drop index entry_call;
drop index entry_party;
create index entry_of_payer on entry (party, party_id, time) where leg = 0;
