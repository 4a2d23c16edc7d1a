-- The prices of other hours, where the rate has any (TimeOfDay.text); else null. journal_share has it because it is read as a CDR's rate is.
alter table cdr add column time_of_day text;
alter table journal_share add column time_of_day text;
