create table parent (id int primary key);
create table item (
  id int primary key,
  text varchar(50) not null constraint item_text_unique unique,
  amount numeric(12, 5) not null default 0,
  parent int constraint item_parent references parent deferrable initially deferred
);
