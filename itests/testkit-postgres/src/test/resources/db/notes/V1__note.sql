create table note (id int primary key, text varchar(20) not null constraint note_text_unique unique);
