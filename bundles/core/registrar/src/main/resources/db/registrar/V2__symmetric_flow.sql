-- Whether the phone takes requests where its REGISTER came from (a connection, rport). Of rows from before, and of an older release's, nobody knows: where the
-- contact cannot be meant they go on being reached as they were.
alter table binding add column symmetric_flow boolean not null default true;
