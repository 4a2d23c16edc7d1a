-- What REGISTER bound; written behind the answer, read when the switch starts.
create table binding (
  account integer not null,
  contact varchar(1100) not null,
  display_name varchar(256) not null,
  parameters text not null,
  path text not null,
  transport varchar(8) not null,
  local_address varchar(300) not null,
  remote_address varchar(300) not null,
  q integer not null check (q between 0 and 1000),
  expires timestamptz not null,
  refreshed timestamptz not null,
  call_id varchar(512) not null,
  cseq bigint not null,
  user_agent varchar(256) not null,
  primary key (account, contact)
);

create index binding_expires on binding (expires);
