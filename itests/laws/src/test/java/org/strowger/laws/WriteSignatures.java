package org.strowger.laws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** No test: run by name, writes {@code itests/laws/contracts} anew, but for packages whose version does not fit their changes. CONTRIBUTING.md has the command. */
class WriteSignatures {

  @Test
  void ofEveryContract() throws Exception {
    assertThat(SignatureLaws.write(House.here())).as("not written").isEmpty();
  }
}
