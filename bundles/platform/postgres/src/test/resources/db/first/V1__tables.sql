create table entry (
  id int primary key,
  text varchar(50) not null constraint entry_text_unique unique,
  amount numeric(12, 5) not null default 0 constraint entry_amount_range check (amount < 1000)
);
