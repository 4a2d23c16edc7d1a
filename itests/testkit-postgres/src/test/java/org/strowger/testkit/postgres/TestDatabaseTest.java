package org.strowger.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.junit.jupiter.api.Test;
import org.strowger.hibernate.Entities;
import org.strowger.persistence.api.DatabaseException;
import org.strowger.persistence.api.Domain;
import org.strowger.persistence.api.DomainSpec;

class TestDatabaseTest {

  @Entity
  @Table(name = "note")
  static class NoteRow {
    @Id int id;

    @Column(length = 20, nullable = false)
    String text;

    static NoteRow of(int id, String text) {
      NoteRow row = new NoteRow();
      row.id = id;
      row.text = text;
      return row;
    }
  }

  @Test
  void aStoreWithEntitiesRunsOnADatabaseOfItsOwn() {
    for (int database = 0; database < 2; database++) {
      try (TestDatabase own = TestDatabase.open()) {
        Domain notes = own.open(DomainSpec.of("notes", TestDatabaseTest.class));
        try (Entities entities = Entities.open(notes, NoteRow.class)) {
          own.tx().run(() -> entities.manager().persist(NoteRow.of(1, "first")));

          String text = own.tx().required(() -> entities.manager().find(NoteRow.class, 1).text);
          assertThat(text).isEqualTo("first");
          assertThat(notes.version()).isEqualTo("1");

          DatabaseException refused = catchThrowableOfType(DatabaseException.class,
              () -> own.tx().run(() -> entities.manager().persist(NoteRow.of(2, "first"))));
          assertThat(refused.kind()).isEqualTo(DatabaseException.Kind.DUPLICATE);
          assertThat(refused.constraint()).contains("note_text_unique");
        }
      }
    }
  }
}
