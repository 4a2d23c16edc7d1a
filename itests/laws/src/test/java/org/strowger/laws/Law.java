package org.strowger.laws;

import java.util.List;

/** One rule of the house. It answers with one sentence per offence: the offender, what is wrong, how it is mended. */
interface Law {

  List<String> offences(House house) throws Exception;
}
